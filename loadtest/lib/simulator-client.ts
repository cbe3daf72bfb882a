export interface CallCounts {
  total: number;
  /** Idempotency-Key -> calls that carried it. */
  byKey: Record<string, number>;
}

/** What the outside saw, asked of the running simulator. */
export interface SimulatorClient {
  readonly url: string;
  calls(): Promise<CallCounts>;
}

export function createSimulatorClient(url: string): SimulatorClient {
  return {
    url,
    async calls() {
      const response = await fetch(`${url}/calls`);
      if (!response.ok) throw new Error(`the simulator answered ${response.status} to GET /calls`);
      return (await response.json()) as CallCounts;
    },
  };
}

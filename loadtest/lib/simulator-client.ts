export interface CallCounts {
  total: number;
  /** Idempotency-Key -> calls that carried it. */
  byKey: Record<string, number>;
  /** Idempotency-Key -> milliseconds of its last call, by the outside's clock. */
  tookMs: Record<string, number>;
}

/** What the outside saw, and how it behaves, asked of the running simulator. */
export interface SimulatorClient {
  readonly url: string;
  calls(): Promise<CallCounts>;
  /** Calls of `/work?hold=` that wait just now, by name. */
  holds(): Promise<Record<string, number>>;
  /** Lets those go that wait for this name, and whoever comes later. */
  release(name: string): Promise<void>;
  /** Turns the simulator's dials; those that are not named stay. */
  turn(dials: Record<string, unknown>): Promise<void>;
}

export function createSimulatorClient(url: string): SimulatorClient {
  async function send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new Error(`the simulator answered ${response.status} to ${method} ${path}`);
    return response.json();
  }

  return {
    url,
    calls: () => send('GET', '/calls') as Promise<CallCounts>,
    holds: () => send('GET', '/holds') as Promise<Record<string, number>>,
    async release(name) {
      await send('DELETE', `/holds?name=${encodeURIComponent(name)}`);
    },
    async turn(dials) {
      await send('POST', '/dials', dials);
    },
  };
}

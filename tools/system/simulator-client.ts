export interface CallCounts {
  total: number;
  /** Number of calls by Idempotency-Key. */
  byKey: Record<string, number>;
  byPath: Record<string, number>;
  /** Milliseconds of the last call by Idempotency-Key, measured by the simulator. */
  tookMs: Record<string, number>;
}

/** Reads and controls the running simulator. */
export interface SimulatorClient {
  readonly url: string;
  calls(): Promise<CallCounts>;
  /** Waiting calls of `/work?hold=` by name. */
  holds(): Promise<Record<string, number>>;
  /** Releases waiting and later calls with this name. */
  release(name: string): Promise<void>;
  /** Sets dials of the simulator; the others keep their values. */
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

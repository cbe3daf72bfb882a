import { type ApiClient, ApiError } from '../client.ts';
import { startLoop } from '../loop.ts';

/** A client that keeps reading lists and runs. */
export interface Readers {
  /** Number of requests. */
  count(): number;
  /** Failed requests. */
  readonly failures: string[];
  longestMs(): number;
  stop(): Promise<void>;
}

const EVERY_MS = 50;

export function startReaders(api: ApiClient): Readers {
  const failures: string[] = [];
  let count = 0;
  let longestMs = 0;

  async function ask<Answer>(request: () => Promise<Answer>): Promise<Answer | null> {
    const at = performance.now();
    try {
      return await request();
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 'none';
      failures.push(`${status} ${(error as Error).message}`);
      return null;
    } finally {
      count += 1;
      longestMs = Math.max(longestMs, performance.now() - at);
    }
  }

  const { stop } = startLoop(EVERY_MS, async () => {
    const runs = await ask(() => api.listOpenRuns({ limit: 20 }));
    const [run] = runs ?? [];
    if (run) await ask(() => api.getRun(run.id));
  });

  return {
    count: () => count,
    failures,
    longestMs: () => longestMs,
    stop,
  };
}

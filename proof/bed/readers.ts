import { type ApiClient, ApiError } from '@aio/tools/system/client';
import { startLoop } from './loop.ts';

const EVERY_MS = 50;

/** A client that keeps reading lists and runs. */
export function startReaders(api: ApiClient) {
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
    failures: failures as readonly string[],
    longestMs: () => longestMs,
    stop,
  };
}

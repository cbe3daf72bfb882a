import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { System } from '../../lib/system.ts';

/** Requests that the thread repeats. */
export interface Watched {
  /** URLs of `/health`. */
  health: readonly string[];
  other: { url: string; authorization: string };
}

export interface Seen {
  /** Longest time until an answer. */
  healthMs: number;
  othersMs: number;
  /** Answers to the other other than 200. */
  refused: number;
}

/** Asks in a thread of its own, so that the attacker's work delays no answer. */
export async function startWatch({ apis, workers, apiUrl, token }: System) {
  const watched: Watched = {
    health: [
      ...apis.map(({ url }) => `${url}/health`),
      ...workers.map(({ metricsUrl }) => new URL('/health', metricsUrl).href),
    ],
    other: { url: `${apiUrl}/api/v1/runs?limit=1`, authorization: `Bearer ${await token()}` },
  };
  const thread = new Worker(new URL('./watch-thread.ts', import.meta.url), { workerData: watched });
  await once(thread, 'message');
  let seen: Promise<Seen> | undefined;
  return {
    stop(): Promise<Seen> {
      seen ??= once(thread, 'message').then(([last]) => last as Seen);
      thread.postMessage('stop');
      return seen;
    },
  };
}

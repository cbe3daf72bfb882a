import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Processes } from '../../bed/probes.ts';
import type { System } from '@aio/tools/system/system';

/** What the thread watches. */
export interface Watched extends Processes {
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
    apis: apis.map(({ name, url }) => ({ name, url })),
    workers: workers.map(({ name, metricsUrl }) => ({ name, metricsUrl })),
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

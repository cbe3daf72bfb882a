import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { watchHealth } from '../../bed/probes.ts';
import { startLoop } from '../../bed/loop.ts';
import type { Seen, Watched } from './watch.ts';

const EVERY_MS = 20;
const GIVE_UP_MS = 60_000;

const { apis, workers, other } = workerData as Watched;
const seen: Omit<Seen, 'healthMs'> = { othersMs: 0, refused: 0 };

const health = watchHealth({ apis, workers });
const others = startLoop(EVERY_MS, async () => {
  const startedAt = performance.now();
  const response = await fetch(other.url, {
    headers: { authorization: other.authorization },
    signal: AbortSignal.timeout(GIVE_UP_MS),
  }).catch(() => null);
  await response?.body?.cancel();
  seen.othersMs = Math.max(seen.othersMs, performance.now() - startedAt);
  if (response?.status !== 200) seen.refused += 1;
});
parentPort?.postMessage('started');
await once(parentPort!, 'message');
const { longestMs: healthMs } = await health.stop();
await others.stop();
parentPort?.postMessage({ healthMs, ...seen } satisfies Seen);
parentPort?.close();

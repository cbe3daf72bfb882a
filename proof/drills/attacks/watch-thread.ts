import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { watchHealth } from '../../bed/probes.ts';
import { startLoop } from '../../bed/loop.ts';
import type { Seen, Watched } from './watch.ts';

const EVERY_MS = 20;
const GIVE_UP_MS = 60_000;

const { apis, workers, other, controlUrl } = workerData as Watched;
const seen: Pick<Seen, 'othersMs' | 'refused'> = { othersMs: 0, refused: 0 };

const health = watchHealth({ apis, workers });
const control = watchHealth({ apis: [{ name: 'control', url: controlUrl }], workers: [] });
const others = startLoop(EVERY_MS, async () => {
  const startedAt = performance.now();
  const response = await fetch(other.url, {
    headers: { cookie: other.cookie },
    signal: AbortSignal.timeout(GIVE_UP_MS),
  }).catch(() => null);
  await response?.body?.cancel();
  seen.othersMs = Math.max(seen.othersMs, performance.now() - startedAt);
  if (response?.status !== 200) seen.refused += 1;
});
parentPort?.postMessage('started');
await once(parentPort!, 'message');
const { longestMs: healthMs, process: slowest } = await health.stop();
const { longestMs: controlMs } = await control.stop();
await others.stop();
parentPort?.postMessage({ healthMs, slowest, controlMs, ...seen } satisfies Seen);
parentPort?.close();

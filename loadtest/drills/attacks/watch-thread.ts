import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { startLoop } from '../../lib/loop.ts';
import type { Seen, Watched } from './watch.ts';

const EVERY_MS = 20;
const GIVE_UP_MS = 60_000;

const { health, other } = workerData as Watched;
const seen: Seen = { healthMs: 0, othersMs: 0, refused: 0 };

const loops = [
  ...health.map((url) =>
    startLoop(EVERY_MS, async () => {
      seen.healthMs = Math.max(seen.healthMs, (await ask(url)).tookMs);
    }),
  ),
  startLoop(EVERY_MS, async () => {
    const { authorization } = other;
    const { tookMs, status } = await ask(other.url, { authorization });
    seen.othersMs = Math.max(seen.othersMs, tookMs);
    if (status !== 200) seen.refused += 1;
  }),
];
parentPort?.postMessage('started');
await once(parentPort!, 'message');
await Promise.all(loops.map((loop) => loop.stop()));
parentPort?.postMessage(seen);
parentPort?.close();

/** Uses a new connection each time, as kubelet does. */
async function ask(url: string, headers: Record<string, string> = {}) {
  const startedAt = performance.now();
  const status = await fetch(url, {
    headers: { connection: 'close', ...headers },
    signal: AbortSignal.timeout(GIVE_UP_MS),
  }).then(
    async (response) => {
      await response.body?.cancel();
      return response.status;
    },
    () => 0,
  );
  return { status, tookMs: performance.now() - startedAt };
}

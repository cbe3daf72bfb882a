import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Of Linux alone: a name without a file, which the kernel takes back when its process ends, however it ends. */
const NAME = '\0aio-own-docker-engine';
const LOOK_EVERY_MS = 1000;

/**
 * Waits until no other process of this machine has an engine of its own: two would put the same network back as it
 * was, each as it found it.
 * @param onWait called once, when somebody else has one
 * @returns lets the next one in
 */
export async function beAlone(
  onWait: () => void,
  signal?: AbortSignal,
  name = NAME,
): Promise<() => void> {
  for (let waited = false; ; waited = true) {
    const server = createServer((socket) => socket.destroy());
    try {
      server.listen(name);
      await once(server, 'listening');
      server.unref();
      return () => server.close();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (!waited) onWait();
      await sleep(LOOK_EVERY_MS, undefined, { ...(signal && { signal }) });
    }
  }
}

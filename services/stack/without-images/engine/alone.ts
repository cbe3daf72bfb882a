import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** An abstract socket name of Linux: the kernel frees it when the process ends, even by SIGKILL. */
const NAME = '\0aio-own-docker-engine';
const LOOK_EVERY_MS = 1000;

/**
 * Waits until no other process of this machine runs its own engine, because two would both restore the network settings
 * that they found.
 * @param onWait called once if another process runs one
 * @returns a function that lets the next process in
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

import { createServer } from 'node:net';
import { isPortFree } from './ports.ts';

/**
 * Below 32768, because Linux uses higher ports for outgoing connections. Such a connection could take the port of a
 * killed server, which then could not start again.
 */
const FIRST_PORT = 10_240;
const PORTS_PER_BLOCK = 64;
/** Up to 18496: tests start whole stacks above it. */
const BLOCKS = 129;

let left: number[] = [];
let claiming: Promise<void> | null = null;

/**
 * A free port for a server of a test or a drill. While this process lives, no other process gets the same port from
 * this function, even while the server is down.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = left.shift();
    if (port === undefined) await (claiming ??= claimBlock().finally(() => (claiming = null)));
    else if (await isPortFree(port)) return port;
  }
}

/** A process claims a block by listening on its first port, so the claim ends with the process. */
async function claimBlock(): Promise<void> {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let tried = 0; tried < BLOCKS; tried++) {
    const first = FIRST_PORT + ((start + tried) % BLOCKS) * PORTS_PER_BLOCK;
    if (!(await claimPort(first))) continue;
    left = Array.from({ length: PORTS_PER_BLOCK - 1 }, (_, index) => first + 1 + index);
    return;
  }
  throw new Error(`no block of free ports from ${FIRST_PORT} on`);
}

/** Listens on a port until this process ends. @returns false if another listens there */
export function claimPort(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.unref();
      resolve(true);
    });
  });
}

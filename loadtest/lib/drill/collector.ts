import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { findFreePort } from '@aio/stack/free-port';

/** How the trace collector behaves. */
export type CollectorMode = 'well' | 'refused' | 'slow' | 'silent';

export type Collector = Awaited<ReturnType<typeof startCollector>>;

const SLOW_MS = 2000;

/** Receives spans over OTLP/HTTP and discards them. */
export async function startCollector() {
  const port = await findFreePort();
  const sockets = new Set<Socket>();
  let mode: CollectorMode = 'well';
  let batches = 0;

  function answer(response: ServerResponse): void {
    if (response.destroyed) return;
    batches += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }

  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      if (mode === 'well') answer(response);
      else if (mode === 'slow') setTimeout(answer, SLOW_MS, response);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  function listen(): Promise<void> {
    return new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  }

  /** Closes open connections, so that clients reconnect and get the new mode. */
  async function refuse(): Promise<void> {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  await listen();
  return {
    url: `http://127.0.0.1:${port}`,
    /** Batches answered with 200. */
    get batches() {
      return batches;
    },
    async set(next: CollectorMode): Promise<void> {
      mode = next;
      await refuse();
      if (next !== 'refused') await listen();
    },
    close: refuse,
  };
}

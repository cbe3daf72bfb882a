import { findFreePort } from '@aio/stack/free-port';
import { startHttpServer } from '@aio/stack/testing/http-server';
import { startTcpPath } from '@aio/platform/testing/tcp-path';

/** How the trace collector behaves, as states of the path to it. */
const MODES = { well: 'open', refused: 'refused', slow: 'open', silent: 'cut' } as const;

export type CollectorMode = keyof typeof MODES;
export type Collector = Awaited<ReturnType<typeof startCollector>>;

const SLOW_MS = 2000;

/** Receives spans over OTLP/HTTP and discards them. */
export async function startCollector() {
  const server = await startHttpServer((request, response) => {
    request.resume();
    request.once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const path = await startTcpPath(server.url, await findFreePort());
  return {
    url: `http://127.0.0.1:${path.port}`,
    async set(mode: CollectorMode): Promise<void> {
      // Breaks open connections, so that clients reconnect and get the new mode.
      await path.set('refused');
      path.slow(mode === 'slow' ? SLOW_MS / 2 : 0);
      await path.set(MODES[mode]);
    },
    async close(): Promise<void> {
      await path.close();
      await server.close();
    },
  };
}

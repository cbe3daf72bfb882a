import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { MetricsRegistry } from './create-metrics.ts';

const compress = promisify(gzip);

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/metrics` on a port of its own, which the public does not reach, compressed if the scraper takes it.
 * @param place.port 0 = any free port
 * @throws Node.js' error if the port is in use
 */
export async function serveMetrics(
  { scrape }: Pick<MetricsRegistry<never>, 'scrape'>,
  place: { host?: string; port: number },
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.url?.split('?')[0] !== '/metrics') return void response.writeHead(404).end();
    const { accept, 'accept-encoding': encodings } = request.headers;
    const answer = async () => {
      const { contentType, body } = await scrape(accept);
      const isZipped = /\bgzip\b/.test(String(encodings));
      const sent = isZipped ? await compress(body, { level: 1 }) : body;
      response
        .writeHead(200, {
          'content-type': contentType,
          ...(isZipped && { 'content-encoding': 'gzip' }),
        })
        .end(sent);
    };
    answer().catch((error: unknown) => response.writeHead(500).end(`${String(error)}\n`));
  });
  await once(server.listen(place.port, place.host), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A trace collector that accepts everything and keeps nothing. */
export interface OtlpDrain {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  close(): void;
}

export async function startOtlpDrain(): Promise<OtlpDrain> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

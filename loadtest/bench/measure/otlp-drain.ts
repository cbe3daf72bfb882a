import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A trace collector that counts spans and discards them. */
export interface OtlpDrain {
  /** Value of OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** Spans received so far (JSON only). */
  spans(): number;
  close(): void;
}

/** Every span contains this once. */
const SPAN_END = '"endTimeUnixNano"';

export async function startOtlpDrain(): Promise<OtlpDrain> {
  let spans = 0;
  const server = createServer((request, response) => {
    buffer(request).then(
      (body) => {
        spans += countOf(SPAN_END, body);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Does not parse, because the drain shares the cores with the measured processes. */
function countOf(text: string, body: Buffer): number {
  let count = 0;
  for (let at = body.indexOf(text); at !== -1; at = body.indexOf(text, at + 1)) count += 1;
  return count;
}

import { buffer } from 'node:stream/consumers';
import { startHttpServer } from '@aio/stack/testing/http-server';

/** A trace collector that counts spans and discards them. */
export interface OtlpDrain {
  /** Value of OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** Spans received so far (JSON only). */
  spans(): number;
  close(): Promise<void>;
}

/** Every span contains this once. */
const SPAN_END = '"endTimeUnixNano"';

export async function startOtlpDrain(): Promise<OtlpDrain> {
  let spans = 0;
  const { url, close } = await startHttpServer((request, response) => {
    buffer(request).then(
      (body) => {
        spans += countOf(SPAN_END, body);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      },
      () => response.destroy(),
    );
  });
  return { endpoint: url, spans: () => spans, close };
}

/** Does not parse, because the drain shares the cores with the measured processes. */
function countOf(text: string, body: Buffer): number {
  let count = 0;
  for (let at = body.indexOf(text); at !== -1; at = body.indexOf(text, at + 1)) count += 1;
  return count;
}

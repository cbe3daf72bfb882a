import { startHttpServer } from '@aio/tools/testing/http-server';
import { buffer } from 'node:stream/consumers';
import { Client } from 'undici';

/**
 * Requests one URL for `forMs`, on `connections` connections with one request each at a time.
 * @throws Error if an answer is not 200 or a connection ends
 */
export async function loadUrl(
  url: string,
  options: { connections: number; forMs: number; authorization?: string },
) {
  const { connections, forMs, authorization } = options;
  const { origin, pathname } = new URL(url);
  const headers = authorization === undefined ? {} : { authorization };
  const clients = Array.from({ length: connections }, () => new Client(origin));
  const startedAt = performance.now();

  async function askOften(client: Client): Promise<number> {
    let answers = 0;
    while (performance.now() < startedAt + forMs) {
      const { statusCode, body } = await client.request({ path: pathname, method: 'GET', headers });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`expected status 200, got ${statusCode}: ${text}`);
      answers += 1;
    }
    return answers;
  }

  try {
    const answers = await Promise.all(clients.map(askOften));
    const requests = answers.reduce((sum, one) => sum + one, 0);
    return { perSecond: (requests * 1000) / (performance.now() - startedAt), requests };
  } finally {
    await Promise.all(clients.map((client) => client.destroy()));
  }
}

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

import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { decodeProtobuf } from './decode-protobuf.ts';
import type { TraceMemory } from './trace-memory.ts';

/** As an OpenTelemetry collector's. A batch of 2,048 spans has about 3 MB. */
const MOST_BYTES = 20 * 2 ** 20;
const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Answers OTLP over HTTP, and `GET /api/v3/traces/{id}` of Jaeger's query API. */
export function createHandler(memory: TraceMemory) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(memory, request, response).catch((error: unknown) => {
      const httpCode = error instanceof Refusal ? error.status : 400;
      // The request may still be on its way.
      response.writeHead(httpCode, { 'content-type': JSON_TYPE, connection: 'close' });
      const message = error instanceof Error ? error.message : String(error);
      response.end(JSON.stringify({ error: { httpCode, message } }));
    });
  };
}

async function answer(
  memory: TraceMemory,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = '/'] = (request.url ?? '/').split('?');
  const call = `${request.method} ${path}`;
  const [, traceId] = /^GET \/api\/v3\/traces\/([0-9a-fA-F]{32})$/.exec(call) ?? [];
  if (traceId !== undefined) {
    const chunks = memory.read(traceId);
    if (chunks.length === 0) throw new Refusal(404, 'No traces found');
    response.writeHead(200, { 'content-type': JSON_TYPE });
    response.write('{"result":{"resourceSpans":[');
    chunks.forEach((chunk, index) => {
      if (index > 0) response.write(',');
      response.write(chunk);
    });
    response.end(']}}');
  } else if (/^POST \/v1\/(traces|logs|metrics)$/.test(call)) {
    const isOfTraces = path === '/v1/traces';
    const type = request.headers['content-type']?.split(';')[0]?.trim();
    if (type !== JSON_TYPE && type !== PROTOBUF_TYPE)
      throw new Refusal(415, `expected ${JSON_TYPE} or ${PROTOBUF_TYPE}`);
    const body = await readBody(request);
    if (isOfTraces)
      memory.add(type === JSON_TYPE ? JSON.parse(body.toString()) : decodeProtobuf(body));
    response.writeHead(200, { 'content-type': type });
    const note = { partialSuccess: { errorMessage: 'Only traces are kept here.' } };
    // In protobuf, an empty message is a success.
    response.end(type === JSON_TYPE ? JSON.stringify(isOfTraces ? {} : note) : '');
  } else if (call === 'GET /') {
    response.end(
      'The newest traces of AIO. They have no pages here: see the Trace tab of a run.\n',
    );
  } else {
    throw new Refusal(404, `${call}: not found`);
  }
}

/** @throws Refusal if it is too large */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Refusal(413, `more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (request.headers['content-encoding'] !== 'gzip') return body;
  return promisify(gunzip)(body, { maxOutputLength: MOST_BYTES }).catch((error: Error) => {
    throw new Refusal(error instanceof RangeError ? 413 : 400, error.message);
  });
}

/**
 * A stand-in for a backend of traces, which demands the header `x-api-key: right`. It receives OTLP over HTTP on port
 * 4318, and answers `GET /<trace id>` with true if it has spans of the trace. For a container without dependencies.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

const batches: Buffer[] = [];

async function receive(request: IncomingMessage): Promise<[status: number, body?: string]> {
  const body = await buffer(request);
  if (request.method === 'GET') {
    const traceId = request.url?.slice(1) ?? '';
    // Binary in protobuf, text in JSON.
    const spellings = [Buffer.from(traceId, 'hex'), Buffer.from(traceId)];
    return [200, String(batches.some((one) => spellings.some((text) => one.includes(text))))];
  }
  if (request.headers['x-api-key'] !== 'right') return [401];
  if (request.url !== '/v1/traces') return [404];
  batches.push(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
  return [200];
}

createServer((request, response) => {
  void receive(request).then(([status, body]) => response.writeHead(status).end(body));
}).listen(4318);

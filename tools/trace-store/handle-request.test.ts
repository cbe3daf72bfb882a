import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decodeOtlpSpans, type OtlpRequest, type ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { startHttpServer } from '../testing/http-server.ts';
import { createHandler } from './handle-request.ts';
import { createTraceMemory } from './trace-memory.ts';

const LINKED = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED };

async function startStore(t: TestContext): Promise<string> {
  const memory = createTraceMemory({ traces: 100, bytes: 2 ** 20, traceBytes: 2 ** 20 });
  const server = await startHttpServer(createHandler(memory));
  t.after(() => server.close());
  return server.url;
}

async function readTrace(url: string, traceId: string): Promise<ReceivedSpan[]> {
  const response = await fetch(`${url}/api/v3/traces/${traceId}`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/json');
  const { result } = (await response.json()) as { result: OtlpRequest };
  return decodeOtlpSpans(result);
}

const post = (
  url: string,
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string>,
) => fetch(`${url}${path}`, { method: 'POST', body, headers });
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };

for (const [name, create] of [
  ['JSON', (url: string) => new JsonExporter({ url })],
  ['protobuf', (url: string) => new ProtobufExporter({ url })],
  [
    'compressed protobuf',
    (url: string) => new ProtobufExporter({ url, compression: CompressionAlgorithm.GZIP }),
  ],
] as const)
  test(`keeps a whole trace of OpenTelemetry's exporter in ${name}`, async (t) => {
    const url = await startStore(t);
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop' }),
      spanProcessors: [new SimpleSpanProcessor({ exporter: create(`${url}/v1/traces`) })],
    });
    const tracer = provider.getTracer('test', '1.2.3');
    const span = tracer.startSpan('buy ス', {
      kind: SpanKind.SERVER,
      attributes: { text: 'a', whole: -7, half: 0.5, yes: true, no: false, list: ['x', 'y'] },
      links: [{ context: LINKED }],
      startTime: [1_800_000_000, 123_000_000],
    });
    span.addEvent('paid', { amount: 3 });
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'no money' });
    span.end([1_800_000_001, 0]);
    await provider.forceFlush();
    const { traceId, spanId } = span.spanContext();
    assert.deepEqual(await readTrace(url, traceId.toUpperCase()), [
      {
        traceId,
        spanId,
        parentSpanId: null,
        name: 'buy ス',
        kind: 'server',
        startTime: 1_800_000_000_123,
        endTime: 1_800_000_001_000,
        attributes: { text: 'a', whole: -7, half: 0.5, yes: true, no: false, list: ['x', 'y'] },
        status: 'error',
        links: [{ traceId: LINKED.traceId, spanId: LINKED.spanId }],
        events: [{ name: 'paid', attributes: { amount: 3 } }],
        resource: { 'service.name': 'shop' },
        scope: 'test',
        scopeVersion: '1.2.3',
      },
    ]);
    await provider.shutdown();
  });

test('answers 404 like Jaeger for an unknown trace', async (t) => {
  const url = await startStore(t);
  const response = await fetch(`${url}/api/v3/traces/${'c'.repeat(32)}`);
  const error = { httpCode: 404, message: 'No traces found' };
  assert.deepEqual([response.status, await response.json()], [404, { error }]);
});

test('accepts logs and metrics, says that it does not keep them, and stays alive', async (t) => {
  const url = await startStore(t);
  for (const path of ['/v1/logs', '/v1/metrics']) {
    const json = await post(url, path, '{"resourceLogs":[]}', JSON_HEADERS);
    assert.equal(json.status, 200);
    assert.match(await json.text(), /"partialSuccess":\{"errorMessage":"Only traces/);
    const headers = { 'content-type': 'application/x-protobuf' };
    const binary = await post(url, path, new Uint8Array([10, 0]), headers);
    assert.deepEqual([binary.status, await binary.text()], [200, '']);
  }
  assert.equal((await fetch(url)).status, 200);
});

test('refuses what it cannot read, and stays alive', async (t) => {
  const url = await startStore(t);
  const wrongId = { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'x' }] }] }] };
  const large = Buffer.alloc(20 * 2 ** 20 + 1, ' ');
  const gzip = { ...JSON_HEADERS, 'content-encoding': 'gzip' };
  const protobuf = { 'content-type': 'application/x-protobuf' };
  for (const [status, body, headers] of [
    [400, '{"resourceSpans":', JSON_HEADERS],
    [400, '{"resourceSpans":[null]}', JSON_HEADERS],
    [400, JSON.stringify(wrongId), JSON_HEADERS],
    [400, 'not compressed', gzip],
    [400, new Uint8Array([255, 255]), protobuf],
    [413, large, JSON_HEADERS],
    [413, gzipSync(large), gzip],
    [415, '{}', { 'content-type': 'text/plain' }],
  ] as const) {
    // The server may close a connection while a large body is on its way.
    const sent = await post(url, '/v1/traces', body, headers).catch(() => ({ status: 413 }));
    assert.equal(sent.status, status, `${headers['content-type']}, ${body.length} bytes`);
  }
  assert.equal((await post(url, '/v1/traces', '{}', JSON_HEADERS)).status, 200);
  assert.equal((await fetch(`${url}/api/v3/services`)).status, 404);
});

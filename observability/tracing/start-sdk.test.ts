import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { logs } from '@opentelemetry/api';
import type { ExportListener, Signal } from './counted-export.ts';
import { createSpans } from './spans.ts';
import { startSdk } from './start-sdk.ts';

const REQUEST = { method: 'GET', headers: {} };

/** Answers `status` to every request of an exporter. */
async function startCollector(status: number, afterMs = 0) {
  const bodies = new Map<string | undefined, string>();
  const server = createServer(async (request, response) => {
    bodies.set(request.url, await text(request));
    setTimeout(() => response.writeHead(status).end('{}'), afterMs);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => new Promise((closed) => server.close(closed));
  return { bodies, close, tracesUrl: `${url}/v1/traces`, logsUrl: `${url}/v1/logs` };
}

async function makeOneOfEach(): Promise<void> {
  await createSpans({ scope: 'shop' }).inServerSpan(REQUEST, async () => {
    logs.getLogger('shop').emit({ body: 'hello' });
  });
}

test('spans and log records arrive with their resource, without a listener', async () => {
  const { bodies, close, ...urls } = await startCollector(200);
  const sdk = await startSdk({ serviceName: 'shop', environment: 'test', ...urls });
  await makeOneOfEach();
  assert.deepEqual(await sdk.shutdown(20_000), { lost: 0 });
  await close();
  for (const [path, content] of [
    ['/v1/traces', '"name":"GET"'],
    ['/v1/logs', '"stringValue":"hello"'],
  ] as const) {
    const body = bodies.get(path)!;
    for (const part of [content, '"service.name"', '"shop"', '"deployment.environment.name"'])
      assert.ok(body.includes(part), `${part} in ${body}`);
  }
});

test('the listener is told once of each span and record that is lost', async () => {
  const { close, ...urls } = await startCollector(400);
  const told: Record<Signal, unknown[]> = { traces: [], logs: [] };
  const listener: ExportListener = {
    exported: (signal, count) => void told[signal].push(['exported', count]),
    dropped: (signal, reason, count) => void (count > 0 && told[signal].push([reason, count])),
    batch: (signal, error) => void told[signal].push(error?.name),
  };
  const config = { serviceName: 'shop', export: { queueSize: 1 }, ...urls };
  const sdk = await startSdk(config, listener);
  await makeOneOfEach();
  await makeOneOfEach();
  await sdk.shutdown(20_000);
  await close();
  const lost = [['queue_full', 1], ['export_failed', 1], 'OTLPExporterError'];
  assert.deepEqual(told, { traces: lost, logs: lost });
});

test('what a slow receiver takes counts as exported', async () => {
  const { close, ...urls } = await startCollector(200, 6_000);
  const exported: Signal[] = [];
  const listener: ExportListener = { exported: (signal) => void exported.push(signal) };
  const sdk = await startSdk({ serviceName: 'shop', ...urls }, listener);
  await makeOneOfEach();
  assert.deepEqual(await sdk.shutdown(20_000), { lost: 0 });
  await close();
  assert.deepEqual(exported.toSorted(), ['logs', 'traces']);
});

test('without a URL, nothing is started', async () => {
  const sdk = await startSdk({ serviceName: 'shop' });
  assert.equal(sdk.spans, null);
  assert.deepEqual(await sdk.shutdown(), { lost: 0 });
});

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ServerResponse } from 'node:http';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { createTraceReader, MAX_TRACE_BYTES, MAX_TRACE_SPANS } from './jaeger.ts';

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

function spanOf(number: number, text = '') {
  return {
    traceId: 'a'.repeat(32),
    spanId: String(number).padStart(16, '0'),
    name: `span ${number}`,
    kind: 2,
    startTimeUnixNano: '1000000',
    endTimeUnixNano: '2000000',
    attributes: [attribute('text', text)],
    links: [{ traceId: 'b'.repeat(32), spanId: 'c'.repeat(16) }],
    events: [{ name: 'event', attributes: [attribute('of', 'event')] }],
  };
}
const ofService = (service: string, scopes: Record<string, object[]>) => ({
  resource: { attributes: [attribute('service.name', service)] },
  scopeSpans: Object.entries(scopes).map(([name, spans]) => ({
    scope: { name, attributes: [attribute('of', 'scope')] },
    spans,
  })),
  schemaUrl: 'https://example.com',
});

/** A Jaeger that answers every trace in this way. */
async function startJaeger(t: TestContext, answer: (response: ServerResponse) => void) {
  const server = await startHttpServer((_, response) => answer(response));
  t.after(() => server.close());
  const read = createTraceReader(server.url);
  return () => read('a'.repeat(32), new AbortController().signal);
}

test('reads the spans of all resources and scopes, wherever the parts of the answer end', async (t) => {
  const texts = ['', '}]}]', '"', '\\', '\\"[{', 'ス'];
  const resourceSpans = [
    ofService('api', { one: texts.map((text, index) => spanOf(index, text)), none: [] }),
    ofService('worker', { two: [spanOf(10)], three: [spanOf(11)] }),
    { scopeSpans: [] },
  ];
  const body = Buffer.from(JSON.stringify({ result: { resourceSpans } }, null, 1));
  const read = await startJaeger(t, (response) => {
    response.socket?.setNoDelay();
    void (async () => {
      for (let at = 0; at < body.length; at += 7) {
        await new Promise((resolve) => void response.write(body.subarray(at, at + 7), resolve));
      }
      response.end();
    })();
  });
  const { spans, isCut } = await read();
  assert.equal(isCut, false);
  assert.deepEqual(
    spans.map(({ name, resource, scope }) => [name, resource['service.name'], scope]),
    [
      ...texts.map((_, index) => [`span ${index}`, 'api', 'one']),
      ['span 10', 'worker', 'two'],
      ['span 11', 'worker', 'three'],
    ],
  );
  assert.deepEqual(
    spans.slice(0, texts.length).map(({ attributes }) => attributes['text']),
    texts,
  );
});

/** Writes spans until nobody reads them. */
function writeForEver(response: ServerResponse, text: string): void {
  let number = 0;
  const head = JSON.stringify(ofService('api', { one: [spanOf(0)] })).split('{"traceId"')[0]!;
  response.write(`{"result":{"resourceSpans":[${head}${JSON.stringify(spanOf(0, text))}`);
  const more = (): void => {
    while (!response.destroyed) {
      number += 1;
      if (!response.write(`,${JSON.stringify(spanOf(number, text))}`)) return;
    }
  };
  response.on('drain', more);
  more();
}

for (const [name, text] of [
  ['5,000 spans', ''],
  ['8 MB', 'x'.repeat(100_000)],
] as const)
  test(`ends at ${name} of an endless trace`, async (t) => {
    const left = Promise.withResolvers<void>();
    const read = await startJaeger(t, (response) => {
      response.on('close', () => left.resolve());
      writeForEver(response, text);
    });
    const { spans, isCut } = await read();
    assert.equal(isCut, true);
    // The last part may pass the limit.
    const fitting = Math.ceil(MAX_TRACE_BYTES / (text.length + 400));
    if (text === '') assert.equal(spans.length, MAX_TRACE_SPANS);
    else assert.ok(Math.abs(spans.length - fitting) <= 1, `${spans.length} spans`);
    await left.promise;
  });

test('an answer that is not of Jaeger is an error', async (t) => {
  const broken = '{"result":{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":}]}]}]}}';
  const read = await startJaeger(t, (response) => void response.end(broken));
  await assert.rejects(read(), { code: 'jaeger_away' });
});

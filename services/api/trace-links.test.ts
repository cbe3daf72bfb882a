import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTraceLinks, createTraceUrls } from './trace-links.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SAMPLED = `00-${TRACE_ID}-b7ad6b7169203331-01`;

test('a sampled trace has an id and a link', () => {
  const links = createTraceLinks(createTraceUrls('http://jaeger:16686/'));
  const traceUrl = `http://jaeger:16686/trace/${TRACE_ID}`;
  assert.deepEqual(links(SAMPLED), { traceId: TRACE_ID, traceUrl });
});

test('there is no link without an address of Jaeger', () => {
  const links = createTraceLinks(createTraceUrls(null));
  assert.deepEqual(links(SAMPLED), { traceId: TRACE_ID, traceUrl: null });
});

test('an unsampled trace has only an id; without trace there is neither', () => {
  const links = createTraceLinks(createTraceUrls('http://jaeger:16686'));
  const unsampled = links(`00-${TRACE_ID}-b7ad6b7169203331-00`);
  assert.deepEqual(unsampled, { traceId: TRACE_ID, traceUrl: null });
  for (const traceparent of [null, 'nonsense'])
    assert.deepEqual(links(traceparent), { traceId: null, traceUrl: null });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { context, trace } from '@opentelemetry/api';
import { newSpanId } from './span-ids.ts';
import { createSpans } from './spans.ts';
import { collectSpans, contentOf, edgesOf } from './testing/collect-spans.ts';
import {
  contextFromTraceparent,
  contextOfOpenSpan,
  sampledTraceId,
  traceHeaders,
  traceparentOf,
  withoutTrace,
} from './trace-context.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CLIENT_SPAN_ID = 'b7ad6b7169203331';
const SAMPLED = `00-${TRACE_ID}-${CLIENT_SPAN_ID}-01`;
const UNSAMPLED = `00-${TRACE_ID}-${CLIENT_SPAN_ID}-00`;
const request = (traceparent?: string) => ({ method: 'GET', headers: { traceparent } });

const collected = collectSpans();
const spans = createSpans({ scope: 'test', version: '1.2.3', interruptions: ['cancelled'] });

test("a request continues the client's trace, and its work is below it", async () => {
  await spans.inServerSpan(request(SAMPLED), async (span) => {
    span.updateName('GET /things/:id');
    await spans.inSpan('find', { attributes: { n: 1 } }, () => undefined);
  });
  const found = await collected.take('GET /things/:id');
  assert.deepEqual(edgesOf(found), ['- > GET /things/:id', 'GET /things/:id > find']);
  const [find, server] = found;
  assert.deepEqual(find?.attributes, { n: 1 });
  assert.equal(server?.kind, 1);
  assert.equal(server.parentSpanContext?.spanId, CLIENT_SPAN_ID);
  assert.deepEqual(server.instrumentationScope, {
    name: 'test',
    version: '1.2.3',
    schemaUrl: undefined,
  });
});

test('an untrusted traceparent only becomes a link', async () => {
  for (const traceparent of [SAMPLED, UNSAMPLED]) {
    await spans.inServerSpan({ ...request(traceparent), isBelieved: false }, async (span) => {
      assert.equal(span.isRecording(), true);
      assert.notEqual(span.spanContext().traceId, TRACE_ID);
    });
    const [span] = await collected.take('GET');
    assert.equal(span?.parentSpanContext, undefined);
    assert.deepEqual(
      span?.links.map(({ context: { traceId, spanId } }) => ({ traceId, spanId })),
      [{ traceId: TRACE_ID, spanId: CLIENT_SPAN_ID }],
    );
  }
});

test("if the client does not sample, the span has the client's ids and records nothing", async () => {
  await spans.inServerSpan(request(UNSAMPLED), async (span) => {
    assert.equal(span.isRecording(), false);
    assert.equal(traceparentOf(span), UNSAMPLED);
  });
});

test('the parent of a child is the active open span', async () => {
  await spans.inServerSpan(request(SAMPLED), async (span) => {
    assert.equal(
      withoutTrace(() => spans.startChild('theirs')),
      undefined,
    );
    spans.startChild('ours')?.end();
    span.end();
    assert.equal(spans.startChild('late'), undefined);
  });
  await spans.inServerSpan(request(UNSAMPLED), async () => {
    assert.equal(spans.startChild('unsampled'), undefined);
  });
  assert.equal(spans.startChild('background'), undefined);
  assert.deepEqual(edgesOf(await collected.take('GET')), ['- > GET', 'GET > ours']);
});

test('a finished span has its own times, and the id chosen at its start', async () => {
  const parent = contextFromTraceparent(SAMPLED);
  const spanId = newSpanId();
  await spans.inSpan('inner', { parent: contextOfOpenSpan(parent, spanId) }, () => undefined);
  const times = { startTime: 1_700_000_000_000, endTime: 1_700_000_000_250 };
  spans.recordSpan('outer', { parent, spanId, ...times, errorType: 'lost' });
  const found = await collected.take('outer');
  assert.deepEqual(edgesOf(found), ['- > outer', 'outer > inner']);
  const outer = found[1]!;
  assert.deepEqual(
    [outer.startTime, outer.endTime],
    [
      [1_700_000_000, 0],
      [1_700_000_000, 250e6],
    ],
  );
  assert.deepEqual([outer.status.code, outer.attributes], [2, { 'error.type': 'lost' }]);
});

test('a new root is linked to its cause', async () => {
  await spans.inServerSpan(request(SAMPLED), async (cause) => {
    spans.startRoot('other', { cause }).end();
  });
  const [root, server] = await collected.take('GET');
  assert.notEqual(root?.spanContext().traceId, TRACE_ID);
  assert.deepEqual(root?.links[0]?.context, server?.spanContext());
});

test('errors are recorded without message and rethrown', async () => {
  const failure = Object.assign(new TypeError('the secret\n    at 42'), { code: 'http_status' });
  await assert.rejects(
    spans.inServerSpan(request(SAMPLED), () => Promise.reject(failure)),
    failure,
  );
  const found = await collected.take('GET');
  const [span] = found;
  assert.equal(span?.status.code, 2);
  assert.equal(span.attributes['error.type'], 'http_status');
  const { name, attributes = {} } = span.events[0]!;
  assert.equal(name, 'exception');
  assert.equal(attributes['exception.type'], 'TypeError');
  assert.match(attributes['exception.stacktrace'] as string, /^at .*spans\.test\.ts:\d+/);
  assert.doesNotMatch(contentOf(found), /secret|at 42/);
});

test('if a message was changed later, the stack is not recorded', async () => {
  const failure = new Error('the secret');
  failure.message = 'hidden';
  await assert.rejects(spans.inServerSpan(request(SAMPLED), () => Promise.reject(failure)));
  assert.doesNotMatch(contentOf(await collected.take('GET')), /secret/);
});

test('work that was ended on purpose has an error type, but did not fail', async () => {
  const cancel = Object.assign(new Error('over'), { code: 'cancelled' });
  await assert.rejects(
    spans.inServerSpan(request(), () => Promise.reject(cancel)),
    cancel,
  );
  const [span] = await collected.take('GET');
  assert.equal(span?.status.code, 0);
  assert.equal(span.attributes['error.type'], 'cancelled');
});

test('below an unsampled parent there are no spans, and the decision is passed on', async () => {
  const parent = contextFromTraceparent(UNSAMPLED);
  await spans.inSpan('work', { parent }, (span) => {
    assert.equal(span.isRecording(), false);
    assert.equal(traceHeaders()['traceparent'], UNSAMPLED);
    assert.equal(sampledTraceId(), undefined);
  });
  assert.equal(spans.recordSpan('work', { parent, startTime: 1, endTime: 2 }), undefined);
  assert.equal(contextOfOpenSpan(parent, newSpanId()), parent);
});

test('background work without a parent creates no trace', async () => {
  await spans.inSpan('poll', {}, (span) => {
    assert.equal(span.isRecording(), false);
    assert.equal(trace.getSpan(context.active()), undefined);
  });
});

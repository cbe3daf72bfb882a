import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { context, createContextKey, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { newSpanId, newTraceId } from '../span-ids.ts';
import { startTelemetry, type Telemetry } from '../telemetry.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../testing/otlp-receiver.ts';
import { contextFromTraceparent, contextWithSpan, linkTo } from '../trace-context.ts';
import { createTracing, type Tracing } from '../tracing.ts';
import { countSpans, silentLog, telemetryConfig } from './telemetry-fixture.ts';

let receiver: OtlpReceiver;
let telemetry: Telemetry;
let tracing: Tracing;
let traceId: string;

const parent = () => contextFromTraceparent(`00-${traceId}-${newSpanId()}-01`);
const request = () => ({
  method: 'GET',
  headers: { traceparent: `00-${traceId}-${newSpanId()}-01` },
});
const exported = async (count: number) =>
  receiver.waitForSpans(traceId, (spans) => spans.length >= count);

before(async () => {
  receiver = await startOtlpReceiver();
});
after(() => receiver.close());

describe('a recorded span', () => {
  beforeEach(async () => {
    traceId = newTraceId();
    telemetry = await startTelemetry(telemetryConfig(receiver.endpoint), {
      counters: countSpans().counters,
      log: silentLog,
    });
    tracing = createTracing('@aio/test');
  });
  afterEach(() => telemetry.shutdown());

  test('lies within the one above it', async () => {
    await tracing.inServerSpan(request(), async () => {
      await tracing.inSpan('database', { query: 'outer' }, {}, () => {
        tracing.startChild('database', { query: 'inner' })?.end();
      });
    });
    const spans = await exported(3);
    const [inner, outer, server] = ['inner', 'outer', 'GET'].map((name) =>
      spans.find((span) => span.name === name),
    );
    assert.ok(inner && outer && server);
    assert.ok(server.startTime <= outer.startTime && outer.startTime <= inner.startTime);
    assert.ok(inner.endTime <= outer.endTime && outer.endTime <= server.endTime);
  });

  test('is as it was when it ended, and exported once', async () => {
    await tracing.inServerSpan(request(), async (span) => {
      span.setAttributes({ kept: 'yes', list: ['a', 'b'], nothing: undefined });
      span.end();
      span.end();
      span
        .updateName('late')
        .setAttribute('late', true)
        .addLink(linkTo({ traceId, spanId: newSpanId() }));
      span.setStatus({ code: SpanStatusCode.ERROR });
      assert.equal(span.isRecording(), false);
    });
    await tracing.inServerSpan(request(), async (span) => void span.updateName('last'));
    const [span, last] = await exported(2);
    assert.equal(last?.name, 'last');
    assert.equal(span?.name, 'GET');
    assert.deepEqual(span.attributes, { kept: 'yes', list: ['a', 'b'] });
    assert.deepEqual(span.links, []);
    assert.equal(span.status, 'unset');
  });

  test('does not change what it was given', async () => {
    const attributes = { 'url.path': '/' };
    await tracing.inServerSpan({ ...request(), attributes }, async (span) => {
      span.setAttribute('http.route', '/');
    });
    await exported(1);
    assert.deepEqual(attributes, { 'url.path': '/' });
  });

  test('does not end before it began', async () => {
    const times = { startTime: 1_700_000_000_500, endTime: new Date(1_700_000_000_000) };
    tracing.recordSpan('run', { workflow: 'w' }, { parent: parent(), ...times });
    const [span] = await exported(1);
    assert.equal(span?.startTime, 1_700_000_000_500);
    assert.equal(span.endTime, 1_700_000_000_500);
  });

  test('keeps the last 1,024 links, those that were added later among them', async () => {
    const links = Array.from({ length: 1100 }, () => linkTo({ traceId, spanId: newSpanId() }));
    const added = linkTo({ traceId, spanId: newSpanId() });
    await tracing.inSpan('step', { step: 'join' }, { parent: parent(), links }, (span) => {
      span.addLinks([added]);
    });
    const [span] = await exported(1);
    assert.deepEqual(
      span?.links.map(({ spanId }) => spanId),
      [...links, added].slice(-1024).map((link) => link.context.spanId),
    );
    assert.match(receiver.bodies.at(-1) ?? '', /"droppedLinksCount":77/);
  });

  test('and one that a library makes on the API are of one trace', async () => {
    await tracing.inServerSpan(request(), async () => {
      const theirs = trace.getTracer('a-library').startSpan('theirs');
      await context.with(trace.setSpan(context.active(), theirs), () =>
        tracing.inSpan('database', { query: 'ours' }, {}, () => undefined),
      );
      theirs.end();
    });
    const spans = await exported(3);
    const find = (name: string) => spans.find((span) => span.name === name);
    assert.equal(find('theirs')?.parentSpanId, find('GET')?.spanId);
    assert.equal(find('ours')?.parentSpanId, find('theirs')?.spanId);
    assert.equal(find('theirs')?.scope, 'a-library');
    assert.equal(find('ours')?.scope, '@aio/test');
  });
});

test('a context with a span keeps what is below it, and takes more', () => {
  const [below, above] = [createContextKey('below'), createContextKey('above')];
  const span = trace.wrapSpanContext({ traceId: newTraceId(), spanId: newSpanId(), traceFlags: 1 });
  const layer = contextWithSpan(ROOT_CONTEXT.setValue(below, 1), span);
  assert.equal(trace.getSpan(layer), span);
  const more = layer.setValue(above, 2);
  assert.deepEqual([more.getValue(below), more.getValue(above), trace.getSpan(more)], [1, 2, span]);
  assert.equal(layer.getValue(above), undefined);
  const less = more.deleteValue(below);
  assert.deepEqual([less.getValue(below), trace.getSpan(less)], [undefined, span]);
  assert.equal(trace.getSpan(trace.deleteSpan(layer)), undefined);
  assert.equal(trace.deleteSpan(layer).getValue(below), 1);
});

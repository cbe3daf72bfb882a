import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { startTelemetry, type Telemetry, type TelemetryConfig } from '../telemetry.ts';
import { newSpanId } from '@aio/tracing/span-ids';
import { startOtlpReceiver, type OtlpReceiver } from '../testing/otlp-receiver.ts';
import {
  contextFromTraceparent,
  contextOfOpenSpan,
  linkTo,
  traceparentOf,
} from '../trace-context.ts';
import { createTracing, NO_TRACING, type Tracing } from '../tracing.ts';
import { countExports, silentLog, telemetryConfig } from '../testing/telemetry.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CLIENT_SPAN_ID = 'b7ad6b7169203331';
const SAMPLED = `00-${TRACE_ID}-${CLIENT_SPAN_ID}-01`;
/** A request of a client that samples. */
const REQUEST = { method: 'GET', headers: { traceparent: SAMPLED } };

let receiver: OtlpReceiver;
let telemetry: Telemetry;
let tracing: Tracing;

before(async () => {
  receiver = await startOtlpReceiver();
});
after(() => receiver.close());

async function start(overrides: Partial<TelemetryConfig> = {}): Promise<void> {
  telemetry = await startTelemetry(
    { ...telemetryConfig(receiver.endpoint), ...overrides },
    { counters: countExports().counters, log: silentLog },
  );
  tracing = createTracing('@aio/test', '1.2.3');
}

describe('with a collector', () => {
  beforeEach(() => start());
  afterEach(() => telemetry.shutdown());

  test("a request continues the client's trace and its work is one tree", async () => {
    await tracing.inServerSpan(REQUEST, async (span) => {
      span.updateName('GET /things/:id');
      await tracing.inSpan('database', { query: 'findThing' }, {}, () => undefined);
    });
    const spans = await receiver.waitForSpans(TRACE_ID, (found) => found.length === 2);
    const root = receiver.assertOneTree(TRACE_ID, { clientSpanId: CLIENT_SPAN_ID });
    assert.equal(root.name, 'GET /things/:id');
    assert.equal(root.kind, 'server');
    assert.deepEqual([root.scope, root.scopeVersion], ['@aio/test', '1.2.3']);
    assert.ok(spans.some(({ name, kind }) => name === 'findThing' && kind === 'client'));
  });

  test('spans of several runs that end in turn belong to the traces of their runs', async () => {
    const ids = ['a', 'b', 'c'].map((digit) => digit.repeat(32));
    const parents = ids.map((id, index) =>
      contextFromTraceparent(`00-${id}-${CLIENT_SPAN_ID}-0${index === 1 ? 0 : 1}`),
    );
    for (const kind of ['one', 'two']) {
      for (const parent of parents) {
        tracing.recordSpan('step', { kind }, { parent, startTime: 1000, endTime: 1001 });
      }
    }
    const [first = '', unsampled = '', last = ''] = ids;
    for (const id of [first, last]) {
      const spans = await receiver.waitForSpans(id, (found) => found.length === 2);
      assert.deepEqual(
        spans.map(({ name, parentSpanId }) => [name, parentSpanId]),
        [
          ['step one', CLIENT_SPAN_ID],
          ['step two', CLIENT_SPAN_ID],
        ],
      );
    }
    assert.equal(receiver.spans(unsampled).length, 0);
  });

  test('a finished span is exported with its own times, under the id chosen at its start', async () => {
    const request = { method: 'POST', headers: {} };
    const { saved, traceId } = await tracing.inServerSpan(request, async (span) => {
      return { saved: traceparentOf(span), traceId: span.spanContext().traceId };
    });
    // From here on like another process, which has only the run's row.
    const parent = contextFromTraceparent(saved);
    const spanId = newSpanId();
    const open = { parent: contextOfOpenSpan(parent, spanId) };
    await tracing.inSpan('httpClient', { method: 'GET' }, open, () => undefined);
    const waitedFor = { traceId, spanId: newSpanId() };
    const times = { startTime: 1_700_000_000_000, endTime: 1_700_000_000_250.5 };
    const end = { ...times, links: [linkTo(waitedFor)], errorType: 'worker_lost' };
    tracing.recordSpan('step', { kind: 'fetch' }, { parent, spanId, ...end });
    const spans = await receiver.waitForSpans(traceId, (found) => found.length === 3);
    const step = spans.find(({ name }) => name === 'step fetch');
    const { status, links, attributes } = step!;
    assert.partialDeepStrictEqual(step, { spanId, ...times });
    assert.deepEqual([status, attributes['error.type']], ['error', 'worker_lost']);
    assert.deepEqual(links, [waitedFor]);
    assert.equal(receiver.assertOneTree(traceId).name, 'POST');
  });

  test('work that AIO itself ended has an error type, but did not fail', async () => {
    let traceId = '';
    const cancel = Object.assign(new Error('over'), { code: 'cancelled' });
    const work = tracing.inServerSpan({ method: 'GET', headers: {} }, async (span) => {
      traceId = span.spanContext().traceId;
      throw cancel;
    });
    await assert.rejects(work, cancel);
    const [span] = await receiver.waitForSpans(traceId, (found) => found.length === 1);
    assert.notEqual(span?.status, 'error');
    assert.equal(span?.attributes['error.type'], 'cancelled');
  });

  test('a fan-in of 1,000 keeps its 1,000 links', async () => {
    const parent = contextFromTraceparent(`00-${'1'.repeat(32)}-${CLIENT_SPAN_ID}-01`);
    const links = Array.from({ length: 1000 }, () =>
      linkTo({ traceId: '1'.repeat(32), spanId: newSpanId() }),
    );
    tracing.recordSpan('step', { kind: 'join' }, { parent, startTime: 1e12, endTime: 1e12, links });
    const [span] = await receiver.waitForSpans('1'.repeat(32), (found) => found.length === 1);
    assert.equal(span?.links.length, 1000);
  });
});

test('the resource comes from the SDK, and the environment overrides it', async () => {
  process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'team=blue,deployment.environment.name=staging';
  try {
    await start();
    const headers = { traceparent: `00-${'2'.repeat(32)}-${CLIENT_SPAN_ID}-01` };
    await tracing.inServerSpan({ method: 'GET', headers }, async () => undefined);
    const [span] = await receiver.waitForSpans('2'.repeat(32), ({ length }) => length === 1);
    assert.partialDeepStrictEqual(span!.resource, {
      'service.name': 'aio-test',
      'service.version': '0.0.0',
      'service.instance.id': 'instance-1',
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.language': 'nodejs',
      'process.pid': process.pid,
      'host.name': hostname(),
      team: 'blue',
      'deployment.environment.name': 'staging',
    });
  } finally {
    delete process.env['OTEL_RESOURCE_ATTRIBUTES'];
    await telemetry.shutdown();
  }
});

test('http/protobuf sends binary spans', async () => {
  const traceId = '3'.repeat(32);
  await start({ protocol: 'http/protobuf' });
  const headers = { traceparent: `00-${traceId}-${CLIENT_SPAN_ID}-01` };
  await tracing.inServerSpan({ method: 'GET', headers }, async () => undefined);
  await telemetry.shutdown();
  assert.ok(receiver.protobuf.some((body) => body.includes(Buffer.from(traceId, 'hex'))));
});

test('a sampler ratio of 0 keeps only traces that a client has sampled', async () => {
  await start({ sampler: 'parentbased_traceidratio', samplerRatio: 0 });
  try {
    await tracing.inServerSpan({ method: 'GET', headers: {} }, async (span) => {
      assert.equal(span.isRecording(), false);
      assert.match(traceparentOf(span) ?? '', /-00$/);
    });
    await tracing.inServerSpan(REQUEST, async (span) => assert.equal(span.isRecording(), true));
  } finally {
    await telemetry.shutdown();
  }
});

test('without tracing there are no spans, even if an SDK runs in the process', async () => {
  await start();
  try {
    await NO_TRACING.inServerSpan(REQUEST, async (span) => {
      assert.equal(span.isRecording(), false);
      assert.equal(trace.getSpan(context.active()), undefined);
    });
  } finally {
    await telemetry.shutdown();
  }
});

test('without telemetry, the work runs without spans', async () => {
  await start({ tracesUrl: undefined });
  const result = await tracing.inServerSpan(REQUEST, async (span) => {
    assert.equal(traceparentOf(span), null);
    return tracing.inSpan('run', { workflow: 'w' }, {}, () => 'done');
  });
  assert.equal(result, 'done');
  assert.equal(contextFromTraceparent(SAMPLED), ROOT_CONTEXT);
  assert.deepEqual(await telemetry.shutdown(), { lost: 0 });
});

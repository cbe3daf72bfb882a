import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { startTraced } from '../../../testing/start-traced.ts';
import { BUILDER } from '../../../testing/test-issuer.ts';
import { MAX_BODY_BYTES, MAX_SPANS } from '../../../routes/telemetry/schema.ts';

const SPANS = '/api/v1/telemetry/traces';
const VITALS = '/api/v1/telemetry/vitals';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const ACTION = '00f067aa0ba902b7';
const CALL = 'b7ad6b7169203331';

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}

function span(parts: Record<string, unknown> & { attributes?: Attribute[] }) {
  const nowMs = Date.now();
  return {
    traceId: TRACE,
    spanId: ACTION,
    name: 'click /workflows/:name',
    kind: 1,
    startTimeUnixNano: `${nowMs - 200}000000`,
    endTimeUnixNano: `${nowMs}000000`,
    attributes: [],
    ...parts,
  };
}

const text = (key: string, stringValue: string): Attribute => ({ key, value: { stringValue } });

function request(...spans: unknown[]) {
  const resource = { attributes: [text('service.name', 'aio-api')] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'evil' }, spans }] }] };
}

test('spans of browsers', async (t) => {
  const { api, collector } = await startTraced(t, 0.25);
  const builder = await api.as(BUILDER);

  const countSpans = (outcome: string) => api.sample(`aio_web_spans_total{outcome="${outcome}"}`);

  await t.test('a page learns which share of its traces to send', async () => {
    const { status, body } = await builder.get('/api/v1/telemetry');
    assert.deepEqual([status, body], [200, { traces: { ratio: 0.25 } }]);
  });

  await t.test('reach the collector as spans of the web UI, whatever they claim', async () => {
    const answer = await builder.post(
      SPANS,
      request(
        span({ attributes: [text('app.widget.name', 'Start run'), text('aio.run.id', 'x')] }),
        span({
          spanId: CALL,
          parentSpanId: ACTION,
          name: 'POST',
          kind: 3,
          attributes: [
            text('url.full', `http://localhost/${'x'.repeat(500)}`),
            { key: 'http.response.status_code', value: { intValue: 503 } },
          ],
          status: { code: 2, message: 'a secret' },
          events: [{ name: 'exception', timeUnixNano: '1' }],
        }),
      ),
    );
    assert.deepEqual([answer.status, answer.body], [200, {}]);
    const spans = await collector.waitForSpans(TRACE, ({ length }) => length === 2);
    const [action, call] = ['click /workflows/:name', 'POST'].map((name) =>
      spans.find((one) => one.name === name)!,
    );
    assert.deepEqual(action!.attributes, { 'app.widget.name': 'Start run' });
    assert.deepEqual([action!.parentSpanId, call!.parentSpanId], [null, ACTION]);
    assert.deepEqual([call!.kind, call!.status, call!.events], ['client', 'error', []]);
    assert.equal(String(call!.attributes['url.full']).length, 200);
    const service = { 'service.name': 'aio-web', 'service.version': '1.2.3' };
    for (const { resource, scope } of spans) {
      assert.partialDeepStrictEqual(resource, service);
      assert.equal(scope, '@aio/web');
    }
    assert.equal(await countSpans('accepted'), 2);
  });

  await t.test('spans that the web UI does not make are rejected', async () => {
    const old = `${Date.now() - 7_200_000}000000`;
    const others = [
      span({ name: 'GET /api/v1/runs/{id}', kind: 2 }),
      span({ name: 'run triage' }),
      span({ parentSpanId: CALL }),
      span({ name: 'click /somewhere' }),
      span({ startTimeUnixNano: old }),
      span({ endTimeUnixNano: old }),
    ];
    const { status, body } = await builder.post(SPANS, request(...others));
    assert.deepEqual([status, body.partialSuccess.rejectedSpans], [200, others.length]);
    assert.equal(await countSpans('rejected'), others.length);
  });

  await t.test('refuses too many or too large spans, and other bodies than OTLP', async () => {
    const many = request(...Array.from({ length: MAX_SPANS + 1 }, () => span({})));
    assert.equal((await builder.post(SPANS, many)).status, 422);
    const large = request(span({ padding: 'x'.repeat(MAX_BODY_BYTES) }));
    assert.equal((await builder.post(SPANS, large)).status, 413);
    assert.equal((await builder.post(SPANS, request(span({ traceId: 'x' })))).status, 422);
  });

  await t.test('an unsampled export creates no span', async () => {
    const traceId = 'c'.repeat(32);
    await builder.post(SPANS, request(span({})), { traceparent: `00-${traceId}-${CALL}-00` });
    await builder.get('/api/v1/telemetry');
    assert.deepEqual(collector.spans(traceId), []);
  });
});

test('answers 204 if tracing is off', async (t) => {
  const api = await startTestApi(t);
  assert.deepEqual((await api.get('/api/v1/telemetry')).body, { traces: null });
  assert.equal((await api.post(SPANS, request(span({})))).status, 204);
  assert.equal((await api.post(SPANS, {})).status, 422);
});

test('counts web vitals by page', async (t) => {
  const api = await startTestApi(t);
  const vitals = [
    { name: 'LCP', route: '/runs/:id', value: 1800 },
    { name: 'INP', route: '/runs/:id', value: 64 },
    { name: 'CLS', route: '/overview', value: 0.05 },
  ];
  assert.equal((await api.post(VITALS, { vitals })).status, 204);
  const { body } = await api.registry.scrape();
  for (const line of [
    'aio_web_largest_contentful_paint_seconds_sum{route="/runs/:id"} 1.8',
    'aio_web_interaction_to_next_paint_seconds_sum{route="/runs/:id"} 0.064',
    'aio_web_cumulative_layout_shift_sum{route="/overview"} 0.05',
  ])
    assert.ok(body.includes(line), line);
  for (const wrong of [
    { name: 'FCP', route: '/runs', value: 1 },
    { name: 'LCP', route: '/runs/0190', value: 1 },
    { name: 'LCP', route: '/runs', value: -1 },
  ])
    assert.equal((await api.post(VITALS, { vitals: [wrong] })).status, 422);
});

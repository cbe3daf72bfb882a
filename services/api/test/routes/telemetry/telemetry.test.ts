import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { startTestApi } from '../../../testing/start-test-api.ts';
import type { TestClient } from '../../../testing/test-client.ts';
import { startTraced } from '../../../testing/start-traced.ts';
import { BUILDER, OTHER } from '../../../testing/test-issuer.ts';
import { MAX_BODY_BYTES, MAX_SPANS } from '../../../routes/telemetry/schema.ts';

const SPANS = '/api/v1/telemetry/traces';
const VITALS = '/api/v1/telemetry/vitals';
/** Falls under a ratio of 0.25. */
const TRACE = '4bf92f3577b34da6a3ce929d9f84f00f';
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

/** Makes a request that carries the trace id. */
const carry = (page: TestClient, traceId: string, flags = '01') =>
  page.call('GET', '/api/v1/runs', {
    headers: { traceparent: `00-${traceId}-${CALL}-${flags}` },
  });

/** Sends a span in the trace. @returns how many were rejected */
async function sendTo(page: TestClient, traceId: string): Promise<number> {
  const { status, body } = await page.post(SPANS, request(span({ traceId })));
  assert.equal(status, 200);
  return body.partialSuccess?.rejectedSpans ?? 0;
}

test('spans of browsers', async (t) => {
  const { api, collector } = await startTraced(t, 0.25);
  const builder = await api.inBrowser(BUILDER);
  await carry(builder, TRACE);

  const countSpans = (outcome: string) => api.sample(`aio_web_spans_total{outcome="${outcome}"}`);

  await t.test('a page learns which share of its traces to send', async () => {
    const { status, body } = await builder.get('/api/v1/telemetry');
    assert.deepEqual([status, body], [200, { traces: { ratio: 0.25 } }]);
  });

  await t.test('reach the collector as spans of the web UI, whatever they claim', async () => {
    const answer = await builder.post(
      SPANS,
      request(
        span({
          attributes: [
            text('app.widget.name', 'Start run'),
            text('aio.run.id', 'x'),
            text('user.hash', 'x'),
          ],
        }),
        span({
          spanId: CALL,
          parentSpanId: ACTION,
          name: 'POST',
          kind: 3,
          attributes: [
            text('url.full', `http://localhost:3000/${'x'.repeat(500)}`),
            { key: 'http.response.status_code', value: { intValue: 503 } },
          ],
          status: { code: 2, message: 'a secret' },
          events: [{ name: 'exception', timeUnixNano: '1' }],
        }),
      ),
    );
    assert.deepEqual([answer.status, answer.body], [200, {}]);
    const ofPages = (all: readonly { scope: string }[]) =>
      all.filter(({ scope }) => scope === '@aio/web');
    const spans = (await collector.waitForSpans(TRACE, (all) => ofPages(all).length === 2)).filter(
      ({ scope }) => scope === '@aio/web',
    );
    const [action, call] = ['click /workflows/:name', 'POST'].map((name) =>
      spans.find((one) => one.name === name)!,
    );
    const userHash = hash('sha256', BUILDER.subject).slice(0, 12);
    assert.deepEqual(action!.attributes, {
      'app.widget.name': 'Start run',
      'user.hash': userHash,
    });
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
      span({ name: 'GET', kind: 3 }),
      span({ name: 'GET', kind: 3, attributes: [text('url.full', 'http://evil.example/')] }),
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

  await t.test('only traces count that sampled requests of the session began', async () => {
    const carried = '1'.repeat(24) + '0'.repeat(7) + '1';
    assert.equal(await sendTo(builder, carried), 1, 'no request carried it');
    await carry(await api.as(BUILDER), carried);
    assert.equal(await sendTo(builder, carried), 1, 'a program carried it');
    await carry(builder, carried, '00');
    assert.equal(await sendTo(builder, carried), 1, 'not sampled');
    await carry(builder, carried);
    assert.equal(await sendTo(builder, carried), 0);
    const another = await api.inBrowser(BUILDER);
    assert.equal(await sendTo(another, carried), 1, 'another session');
    assert.equal(await sendTo(await api.as(BUILDER), carried), 1, 'a token has no session');
  });

  await t.test('a trace belongs to the session that carried it first', async () => {
    const other = await api.inBrowser(OTHER);
    await carry(other, TRACE);
    assert.equal(await sendTo(other, TRACE), 1);
    assert.equal(await sendTo(builder, TRACE), 0);
  });

  await t.test('a trace outside of the ratio is dropped, whatever its flags say', async () => {
    const outside = `${'0'.repeat(24)}ffffffff`;
    await carry(builder, outside);
    assert.equal(await sendTo(builder, outside), 1);
  });

  await t.test('only members may send, and others need not trace', async () => {
    const nobody = await api.inBrowser({ ...OTHER, roles: [] });
    await carry(nobody, TRACE);
    assert.equal((await nobody.post(SPANS, request(span({})))).status, 403);
    assert.deepEqual((await nobody.get('/api/v1/telemetry')).body, { traces: null });
  });
});

test('with ratio 0, no span of a browser is exported', async (t) => {
  const { api } = await startTraced(t, 0);
  const builder = await api.inBrowser(BUILDER);
  const traceId = '0'.repeat(31) + '1';
  await carry(builder, traceId);
  assert.equal(await sendTo(builder, traceId), 1);
});

test('a person has a quota of spans, in all sessions together', async (t) => {
  const { api } = await startTraced(t, 1, { RATE_LIMITS: 'spans=3/1h' });
  const pages = [await api.inBrowser(BUILDER), await api.inBrowser(BUILDER)] as const;
  await carry(pages[0], TRACE);
  await carry(pages[1], 'a'.repeat(32));
  const spans = Array.from({ length: 5 }, () => span({}));
  const { body } = await pages[0].post(SPANS, request(...spans));
  assert.equal(body.partialSuccess.rejectedSpans, 2);
  assert.match(body.partialSuccess.errorMessage, /quota "spans"/);
  assert.equal(await sendTo(pages[1], 'a'.repeat(32)), 1);
  assert.equal(await api.sample('aio_http_rate_limited_total{policy="spans"}'), 2);
  const other = await api.inBrowser(OTHER);
  await carry(other, 'b'.repeat(32));
  assert.equal(await sendTo(other, 'b'.repeat(32)), 0);
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

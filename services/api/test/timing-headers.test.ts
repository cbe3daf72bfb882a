import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApi } from '../testing/start-test-api.ts';
import { startTraced } from '../testing/start-traced.ts';

const CLIENT_TRACE = 'd'.repeat(32);
const CLIENT_SPAN = 'b7ad6b7169203331';
const traceparent = `00-${CLIENT_TRACE}-${CLIENT_SPAN}-01`;

/** `total;dur=1.2, db;dur=0.3` -> `{ total: 1.2, db: 0.3 }` */
function timesOf(headers: Headers): Record<string, number> {
  const parts = headers.get('server-timing')!.split(', ');
  return Object.fromEntries(
    parts.map((part) => {
      const [, name = '', ms = ''] = /^(\w+);dur=(\d+\.\d)$/.exec(part) ?? [];
      return [name, Number(ms)];
    }),
  );
}

test('every response names its span', async (t) => {
  const { api, collector } = await startTraced(t);
  const nobody = await api.as(null);

  await t.test('a caller’s trace continues', async () => {
    const { headers } = await api.call('GET', '/api/v1/runs', { headers: { traceparent } });
    const [version, traceId, spanId, flags] = headers.get('traceresponse')!.split('-');
    assert.deepEqual([version, traceId, flags], ['00', CLIENT_TRACE, '01']);
    await collector.waitForSpans(CLIENT_TRACE, (spans) =>
      spans.some((span) => span.kind === 'server' && span.spanId === spanId),
    );
  });

  await t.test('callers without login get a new trace, also in the problem', async () => {
    const asked = { headers: { traceparent } };
    const { headers, body } = await nobody.call('GET', '/api/v1/runs', asked);
    const [, traceId] = headers.get('traceresponse')!.split('-');
    assert.notEqual(traceId, CLIENT_TRACE);
    assert.equal(traceId, body.traceId);
  });

  await t.test('an unsampled caller gets its own trace id back', async () => {
    const unsampled = `00-${'e'.repeat(32)}-${CLIENT_SPAN}-00`;
    const asked = { headers: { traceparent: unsampled } };
    const { headers } = await api.call('GET', '/api/v1/runs', asked);
    assert.equal(headers.get('traceresponse'), unsampled);
  });

  await t.test('a probe names none', async () => {
    assert.equal((await nobody.get('/health')).headers.get('traceresponse'), null);
  });
});

test('every response has its duration', async (t) => {
  const api = await startTestApi(t);
  const nobody = await api.as(null);

  await t.test('the time of its own queries only', async () => {
    const [slow, quick] = await Promise.all([
      api.get('/api/v1/runs'),
      api.get('/api/v1/openapi.json'),
    ]);
    const { total, db } = timesOf(slow.headers);
    assert.ok(db! > 0 && total! > 0, JSON.stringify({ total, db }));
    // A route without login.
    assert.deepEqual(Object.keys(timesOf(quick.headers)), ['total']);
    assert.equal(timesOf((await api.get('/api/v1/telemetry')).headers)['db'], 0);
  });

  await t.test('problems too; callers without login see no query time', async () => {
    const missing = await api.get('/api/v1/runs/01900000-0000-7000-8000-000000000000');
    assert.equal(missing.status, 404);
    assert.ok(timesOf(missing.headers)['db']! > 0);
    for (const path of ['/api/v1/runs', '/api/v1/nope', '/health'])
      assert.deepEqual(Object.keys(timesOf((await nobody.get(path)).headers)), ['total']);
  });

  await t.test('the document has both headers for every response', () => {
    for (const [path, methods] of Object.entries(api.document.paths))
      for (const [method, { responses }] of Object.entries(methods))
        for (const [status, { headers }] of Object.entries(responses))
          for (const name of ['traceresponse', 'Server-Timing'])
            assert.deepEqual(
              (headers as Record<string, unknown> | undefined)?.[name],
              { $ref: `#/components/headers/${name}` },
              `${method} ${path} ${status}`,
            );
  });
});

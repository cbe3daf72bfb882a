import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { CHAIN } from '../testing/definitions.ts';
import { startTraced } from '../testing/start-traced.ts';

const CLIENT_SPAN = 'b7ad6b7169203331';
const RUNS = '/api/v1/workflows/chain/runs';
const FORWARDED = { 'x-forwarded-for': '203.0.113.7' };

test('which traceparent counts', async (t) => {
  const { api, collector } = await startTraced(t);
  await api.post('/api/v1/workflows', CHAIN);
  const nobody = await api.as(null);
  let traces = 0;
  const nextTraceId = () => (++traces).toString(16).padStart(32, 'b');

  function linkedTo(traceId: string): Promise<ReceivedSpan> {
    const isIt = ({ links }: ReceivedSpan) => links.some((link) => link.traceId === traceId);
    return waitUntil(() => collector.spans().find(isIt), { what: 'a linked span' });
  }

  const refused: [who: string, path: string, headers: Record<string, string>, status: number][] = [
    ['nobody, refused', '/api/v1/runs', {}, 401],
    ['nobody, at a path that is open', '/api/v1/openapi.json', {}, 200],
    ['nobody, at no path', '/api/v1/nope', {}, 404],
    ['nobody, with OPTIONS', '/api/v1/workflows', {}, 204],
    ['an invalid token', '/api/v1/events', { authorization: 'Bearer a.b.c' }, 401],
    ['a session that is none', '/api/v1/approvals', { cookie: 'aio_session=x' }, 401],
    ['one that came through a proxy', '/api/v1/queues', { ...FORWARDED, cookie: 'a=b' }, 401],
    [
      'a token on a route without login',
      '/api/v1/docs',
      { ...FORWARDED, authorization: 'Bearer x' },
      200,
    ],
  ];
  for (const [who, path, headers, status] of refused) {
    for (const flags of ['00', '01']) {
      await t.test(`not that of ${who}, flags ${flags}: a new trace has a link to it`, async () => {
        const traceId = nextTraceId();
        const method = status === 204 ? 'OPTIONS' : 'GET';
        const traceparent = `00-${traceId}-${CLIENT_SPAN}-${flags}`;
        const answer = await nobody.call(method, path, { headers: { ...headers, traceparent } });
        assert.equal(answer.status, status);
        const span = await linkedTo(traceId);
        assert.equal(span.attributes['url.path'], path);
        assert.equal(span.parentSpanId, null);
        assert.deepEqual(span.links, [{ traceId, spanId: CLIENT_SPAN }]);
        const [, shownTraceId] = answer.headers.get('traceresponse')!.split('-');
        assert.equal(shownTraceId, span.traceId);
        if (status >= 400) assert.equal(answer.body.traceId, span.traceId);
        assert.deepEqual(collector.spans(traceId), []);
      });
    }
  }

  for (const [who, client, path, headers, status] of [
    ['a trusted proxy, if the request has no credentials', nobody, '/api/v1/runs', FORWARDED, 401],
    ['an authenticated caller, even if its input is bad', api, '/api/v1/runs?limit=0', {}, 400],
  ] as const)
    await t.test(`that of ${who}`, async () => {
      const traceId = nextTraceId();
      const traceparent = `00-${traceId}-${CLIENT_SPAN}-01`;
      const answer = await client.call('GET', path, { headers: { ...headers, traceparent } });
      assert.deepEqual([answer.status, answer.body.traceId], [status, traceId]);
      await collector.waitForSpans(traceId, ({ length }) => length > 0);
      const { spanId } = collector.assertOneTree(traceId, { clientSpanId: CLIENT_SPAN });
      assert.equal(answer.headers.get('traceresponse'), `00-${traceId}-${spanId}-01`);
    });

  await t.test('an authenticated caller that does not sample keeps its trace id', async () => {
    const traceId = nextTraceId();
    const headers = { traceparent: `00-${traceId}-${CLIENT_SPAN}-00` };
    const { status, body } = await api.post(RUNS, { input: { n: 1 } }, headers);
    assert.deepEqual([status, body.traceId, body.traceUrl], [202, traceId, null]);
    const { items } = (await api.get('/api/v1/audit?limit=1')).body;
    assert.deepEqual([items[0].action, items[0].traceId], ['submitRun', traceId]);
    assert.equal((await api.get(`/api/v1/runs/${body.id}`)).body.traceId, traceId);
    const cancelled = await api.post(`/api/v1/runs/${body.id}/cancel`, undefined, headers);
    const retried = await api.post(`/api/v1/runs/${body.id}/retry`, undefined, headers);
    assert.deepEqual([cancelled.status, retried.body.traceId], [202, traceId]);
    const refused = await api.call('GET', '/api/v1/runs?limit=0', { headers });
    assert.equal(refused.body.traceId, traceId);
    assert.equal(refused.headers.get('traceresponse'), headers.traceparent);
    assert.deepEqual(collector.spans(traceId), []);
  });

  await t.test('a probe has no trace', async () => {
    assert.equal((await nobody.get('/health')).headers.get('traceresponse'), null);
  });
});

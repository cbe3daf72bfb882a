import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { CHAIN } from '../testing/definitions.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import type { TestAnswer } from '../testing/test-client.ts';

const TRACEPARENT = `00-${'c'.repeat(32)}-b7ad6b7169203331-01`;
/** No server listens there. */
const NO_JAEGER = { JAEGER_QUERY_URL: 'http://127.0.0.1:9' };

/** The trace response for a run submitted with these headers. */
async function askTrace(
  t: TestContext,
  { sampled, env = {} }: { sampled: boolean; env?: Record<string, string> },
): Promise<TestAnswer> {
  const api = await startTestApi(t, { env });
  await api.post('/api/v1/workflows', CHAIN);
  const id = await api.submit();
  const traceparent = `00-${'c'.repeat(32)}-b7ad6b7169203331-0${sampled ? 1 : 0}`;
  await api.query('update runs set traceparent = $2 where id = $1', [id, traceparent]);
  return api.get(`/api/v1/runs/${id}/trace`);
}

// proof/test/traces.test.ts tests whole traces with Jaeger.
test('a run without spans says why there are none', async (t) => {
  await t.test('JAEGER_QUERY_URL is empty', async (t) => {
    const { body } = await askTrace(t, { sampled: true });
    assert.deepEqual([body.missing, body.spans], ['not_configured', []]);
    assert.equal(body.traceId, 'c'.repeat(32));
  });

  await t.test('spans go elsewhere, and it names the host without credentials', async (t) => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:secret-of-mine@otlp.example.com/otlp',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20another-secret',
    };
    const { body } = await askTrace(t, { sampled: true, env });
    assert.deepEqual([body.missing, body.receiver], ['elsewhere', 'otlp.example.com']);
    assert.doesNotMatch(JSON.stringify(body), /secret/);
  });

  await t.test('the trace is not sampled', async (t) => {
    const { body } = await askTrace(t, { sampled: false, env: NO_JAEGER });
    assert.deepEqual([body.missing, body.spans], ['not_sampled', []]);
  });

  await t.test('Jaeger is down', async (t) => {
    const { status, body } = await askTrace(t, { sampled: true, env: NO_JAEGER });
    assert.deepEqual([status, body.code], [503, 'jaeger_away']);
    assert.match(body.detail, /Jaeger/);
  });
});

test('a run that ended a minute ago has no spans any more', async (t) => {
  const jaeger = await startHttpServer((_, response) => response.writeHead(404).end());
  t.after(() => jaeger.close());
  const api = await startTestApi(t, { env: { JAEGER_QUERY_URL: jaeger.url } });
  await api.post('/api/v1/workflows', CHAIN);
  const id = await api.submit();
  await api.engine.start(id);
  await api.engine.finish(id, 'succeeded');
  await api.query('update runs set traceparent = $2 where id = $1', [id, TRACEPARENT]);
  const endedAgo = async (ago: string) => {
    await api.query('update runs set finished_at = now() - $2::interval where id = $1', [id, ago]);
    return (await api.get(`/api/v1/runs/${id}/trace`)).body.missing;
  };
  assert.equal(await endedAgo('5 s'), 'not_there');
  assert.equal(await endedAgo('2 min'), 'gone');
});

test('a person reads one trace at a time', async (t) => {
  const waiting: (() => void)[] = [];
  const jaeger = await startHttpServer((_, response) => {
    waiting.push(() => response.writeHead(404).end());
  });
  t.after(() => jaeger.close());
  const api = await startTestApi(t, { env: { JAEGER_QUERY_URL: jaeger.url } });
  await api.post('/api/v1/workflows', CHAIN);
  const id = await api.submit();
  await api.query('update runs set traceparent = $2 where id = $1', [id, TRACEPARENT]);
  const path = `/api/v1/runs/${id}/trace`;
  const first = api.get(path);
  await waitUntil(() => waiting.length === 1, { what: 'Jaeger is asked' });
  const refused = await api.get(path);
  assert.deepEqual([refused.status, refused.body.code], [429, 'too_many_at_once']);
  waiting[0]!();
  assert.equal((await first).status, 200);
  const last = waitUntil(async () => (await api.get(path)).status === 200, { what: 'it is free' });
  await waitUntil(() => waiting.length > 1, { what: 'Jaeger is asked again' });
  waiting[1]!();
  await last;
});

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { CHAIN } from '../testing/definitions.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import type { TestAnswer } from '../testing/test-client.ts';

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

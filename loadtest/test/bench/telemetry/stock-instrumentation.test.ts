import { startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startTestSystem } from '../../../testing/test-system.ts';
import { makeApproval } from '../../../bench/parts/telemetry.ts';
import { variantEnv, type VariantName } from '../../../bench/telemetry/variants.ts';

const TRACE_ID = 'd'.repeat(32);
const CLIENT_SPAN = 'b7ad6b7169203331';

/** @returns names of the spans of one request to the route that the bench loads, sorted */
async function traceOneRequest(
  t: TestContext,
  name: VariantName,
  more: Readonly<Record<string, string>> = {},
) {
  const receiver = await startOtlpReceiver();
  t.after(() => receiver.close());
  const env = variantEnv(name, receiver.endpoint);
  const system = await startTestSystem(t, { workers: 1, env: { ...env, ...more } });
  const url = await makeApproval(system);
  const traceparent = `00-${TRACE_ID}-${CLIENT_SPAN}-01`;
  const response = await system.fetch(url, { headers: { traceparent } });
  assert.equal(response.status, 200);
  const spans = await receiver.waitForSpans(TRACE_ID, (found) =>
    found.some(({ parentSpanId }) => parentSpanId === CLIENT_SPAN),
  );
  receiver.assertOneTree(TRACE_ID, { clientSpanId: CLIENT_SPAN });
  // `acquire connection` appears only if no connection was free.
  return spans
    .map(({ name }) => name)
    .filter((name) => name !== 'acquire connection')
    .toSorted();
}

test('stock instrumentation makes spans of HTTP, Koa and PostgreSQL; AIO makes none', async (t) => {
  const names = await traceOneRequest(t, 'stock-full');
  t.diagnostic(names.join(', '));
  assert.ok(names.includes('GET /api/v1/approvals/:id'));
  assert.ok(names.some((name) => name.startsWith('middleware - ')));
  assert.ok(names.some((name) => name.startsWith('router - ')));
  assert.equal(names.filter((name) => name.startsWith('pg.query:get-approval ')).length, 1);
  assert.ok(!names.includes('get-approval'));
});

test("AIO's own tracing makes spans of the request and its query", async (t) => {
  const names = await traceOneRequest(t, 'traces-full');
  assert.deepEqual(names, ['GET /api/v1/approvals/{id}', 'get-approval']);
});

test('OTEL_NODE_ENABLED_INSTRUMENTATIONS adds spans of Koa and PostgreSQL', async (t) => {
  const names = await traceOneRequest(t, 'traces-full', {
    OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,koa,pg',
  });
  t.diagnostic(names.join(', '));
  assert.ok(names.includes('GET /api/v1/approvals/{id}'));
  assert.ok(names.some((name) => name.startsWith('router - ')));
  assert.equal(names.filter((name) => name.startsWith('pg.query:get-approval ')).length, 1);
  assert.ok(names.includes('get-approval'));
});

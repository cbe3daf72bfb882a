import { startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { startTestSystem } from '../testing/test-system.ts';

const WORKFLOW = `
name: traced
input: { type: object, required: [simulator], properties: { simulator: { type: string } } }
steps:
  fetch: { type: http, with: { url: "\${{ input.simulator + '/work?ms=20' }}" } }
  flaky:
    type: http
    with: { url: "\${{ input.simulator + '/work?ms=1&fail=1' }}" }
    retry: { maxAttempts: 2, delay: 10ms, backoff: constant }
    onFailure: continue
  ask: { type: llm, needs: [fetch], with: { model: openai/gpt-5-mini, prompt: "Say something." } }
  each:
    type: map
    needs: [fetch]
    over: [1, 2, 3]
    step: { type: http, with: { url: "\${{ input.simulator + '/work?ms=' + string(item) }}" } }
  pause: { type: delay, with: { duration: 50ms } }
  approve: { type: approval, needs: [ask, each, pause], with: { message: "Fine?" } }
  last: { type: transform, needs: [approve, flaky], join: all_settled, with: { value: done } }
output: "\${{ steps.last.output }}"
`;

async function startTraced(t: TestContext) {
  const receiver = await startOtlpReceiver();
  const system = await startTestSystem(t, {
    workers: 2,
    env: { TELEMETRY_ENABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint },
  });
  t.after(() => receiver.close());
  await system.api.createWorkflow(WORKFLOW);
  const [traceId, clientSpanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  const response = await fetch(`${system.apiUrl}/api/v1/workflows/traced/runs`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      traceparent: `00-${traceId}-${clientSpanId}-01`,
    },
    body: JSON.stringify({ input: { simulator: system.simulator.url } }),
  });
  assert.equal(response.status, 202);
  const run = (await response.json()) as { id: string };
  return { receiver, system, run, traceId, clientSpanId };
}

test('a run is one tree below its submission, also while it is still open', async (t) => {
  const { receiver, system, run, traceId, clientSpanId } = await startTraced(t);
  const has = (name: string) => (spans: { name: string }[]) =>
    spans.some((span) => span.name === name);

  // Everything but the approval and what needs it has ended; the run waits for a person.
  await receiver.waitForSpans(
    traceId,
    (spans) => has('step each')(spans) && has('step ask')(spans),
  );
  const [approval] = await waitForApproval(system.api);
  const openRoot = receiver.assertOneTree(traceId, { clientSpanId });
  assert.equal(openRoot.name, 'POST /api/v1/workflows/{name}/runs');
  assert.equal(has('run traced')(receiver.spans(traceId)), false);

  await system.api.decide(approval!.id, 'approved');
  assert.equal((await system.api.waitForRun(run.id)).output, 'done');
  const spans = await receiver.waitForSpans(traceId, has('run traced'));
  const root = receiver.assertOneTree(traceId, { clientSpanId });

  const named = (name: string) => spans.filter((span) => span.name === name);
  for (const name of ['send aio-runs', 'process aio-runs', 'step last', 'chat gpt-5-mini']) {
    assert.ok(named(name).length > 0, `no span ${name}: ${spans.map((s) => s.name).join(', ')}`);
  }
  assert.equal(named('step each').length, 4, 'the map and its three items');
  assert.equal(named('step flaky').length, 2, 'a span for each attempt');
  assert.ok(named('step flaky').every((span) => span.parentSpanId === root.spanId));
  const [last] = named('step last');
  assert.equal(last!.links.length, 2, 'links to the steps it waited for');
});

async function waitForApproval(api: { listPendingApprovals(): Promise<{ id: string }[]> }) {
  for (;;) {
    const approvals = await api.listPendingApprovals();
    if (approvals.length > 0) return approvals;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { compilePlan } from '@aio/core/definition/compile';
import type { WorkflowDefinition } from '@aio/core/definition/schema';
import type { RunState } from '@aio/core/run/run-state';
import { createSeries } from '@aio/runtime/testing/series';
import { createExpectedSeries } from './expected-series.ts';
import { createRecorders } from './call-metrics.ts';
import type { LlmCallReport } from '../steps/llm.ts';

const DIGEST = {
  name: 'digest',
  steps: {
    fetch: { type: 'http', with: { url: 'http://x/' } },
    shape: { type: 'transform', with: { value: 1 } },
    ask: { type: 'llm', with: { model: 'openai/gpt-5-mini', prompt: 'Why?' } },
    each: {
      type: 'map',
      over: [1],
      step: { type: 'llm', with: { model: '${{ input.model }}', prompt: 'Why?' } },
    },
  },
} as unknown as WorkflowDefinition;

const REPORT: LlmCallReport = {
  provider: 'openai',
  host: 'api.openai.com',
  model: 'gpt-5-mini',
  usage: {
    provider: 'openai',
    model: 'gpt-5-mini',
    inputTokens: 100,
    cachedInputTokens: 60,
    cacheWriteInputTokens: 30,
    outputTokens: 50,
    reasoningOutputTokens: 40,
    costUsd: 0.25,
    timeToFirstTokenMs: 10,
  },
  durationMs: 500,
  timeToFirstTokenMs: 10,
  errorType: null,
  trace: ROOT_CONTEXT,
  runId: 'r',
  workflow: 'digest',
  owner: 'ada',
};

const USAGE = 'gen_ai_client_inference_usage_';
const KINDS = [
  'input_tokens',
  'cache_read_input_tokens',
  'cache_write_input_tokens',
  'output_tokens',
  'reasoning_output_tokens',
];
const UNPRICED = 'aio_llm_unpriced_calls_total';
const OF_MODEL = 'workflow="digest",provider="openai",model="gpt-5-mini"';
const CALL =
  'gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="gpt-5-mini"';

test('series of costs and failures begin at zero', async () => {
  const { metrics, valuesOf } = createSeries('worker');
  const claim = { workflowName: 'digest', owner: 'ada' };
  createExpectedSeries(metrics).run({ claim, plan: compilePlan(DIGEST) } as RunState);
  assert.deepEqual(await valuesOf('aio_llm_cost_usd_total'), [`{${OF_MODEL}} 0`]);
  assert.deepEqual(await valuesOf('aio_llm_cost_by_owner_usd_total'), ['{owner="ada"} 0']);
  assert.deepEqual(await valuesOf(UNPRICED), ['{provider="openai",model="gpt-5-mini"} 0']);
  for (const kind of KINDS)
    assert.deepEqual(await valuesOf(`${USAGE}${kind}_total`), [
      `{workflow="digest",${CALL},gen_ai_token_modality="text"} 0`,
    ]);
  assert.deepEqual(await valuesOf('aio_runs_ended_by_owner_total'), [
    '{owner="ada",outcome="failed"} 0',
    '{owner="ada",outcome="succeeded"} 0',
  ]);
  const ofLanes = ['ask', 'each', 'fetch'].map((step) => `{workflow="digest",step="${step}"} 0`);
  assert.deepEqual(await valuesOf('aio_workflow_step_failures_total'), ofLanes);
  assert.deepEqual(await valuesOf('aio_workflow_step_seconds_count'), ofLanes);
});

test('a call of unknown price counts as such, not as $0', async () => {
  const { metrics, valuesOf } = createSeries('worker');
  const record = createRecorders(metrics, () => undefined).onLlmCall;
  const { provider, model, usage } = REPORT;
  record({ ...REPORT, usage: { ...usage!, costUsd: null } });
  // The vendor did not count the tokens.
  record({
    ...REPORT,
    usage: { provider, model, costUsd: null, timeToFirstTokenMs: 1 },
  });
  assert.deepEqual(await valuesOf(UNPRICED), ['{provider="openai",model="gpt-5-mini"} 2']);
  assert.deepEqual(await valuesOf('aio_llm_cost_usd_total'), []);
});

test('tokens are counted as the conventions say, and cost by owner', async () => {
  const { metrics, valuesOf } = createSeries('worker');
  const record = createRecorders(metrics, () => undefined).onLlmCall;
  record(REPORT);
  record({ ...REPORT, usage: null, errorType: 'llm_unavailable' });
  record({ ...REPORT, usage: null, errorType: 'llm_rate_limited' });
  for (const errorType of ['cancelled', 'worker_stopping'])
    record({ ...REPORT, usage: null, errorType });
  const counts = [100, 60, 30, 50, 40];
  for (const [index, kind] of KINDS.entries())
    assert.deepEqual(await valuesOf(`${USAGE}${kind}_total`), [
      `{workflow="digest",${CALL},gen_ai_token_modality="text"} ${counts[index]}`,
      // The failed calls, which the vendor did not count.
      `{workflow="digest",${CALL},gen_ai_token_modality="unknown"} 0`,
    ]);
  assert.deepEqual(await valuesOf('aio_llm_cost_usd_total'), [`{${OF_MODEL}} 0.25`]);
  assert.deepEqual(await valuesOf('aio_llm_cost_by_owner_usd_total'), ['{owner="ada"} 0.25']);
  const ended = ['', 'cancelled', 'llm_rate_limited', 'llm_unavailable', 'worker_stopping'];
  assert.deepEqual(
    await valuesOf('gen_ai_client_inference_duration_seconds_count'),
    ended.map((type) => `{workflow="digest",${CALL},error_type="${type}"} 1`),
  );
  const calls = await valuesOf('aio_llm_calls_total');
  assert.deepEqual(
    calls.filter((line) => line.includes('openai')),
    Object.entries({ cancelled: 2, failed: 1, rate_limited: 1, succeeded: 1 }).map(
      ([outcome, count]) => `{provider="openai",outcome="${outcome}"} ${count}`,
    ),
  );
});

test("an owner who fills all places leaves room for another's workflow, model and host", async () => {
  const { metrics, valuesOf } = createSeries('worker');
  const expected = createExpectedSeries(metrics);
  const { onLlmCall } = createRecorders(metrics, () => undefined);
  const record = (workflow: string, owner: string) => {
    expected.workflow({ name: workflow, owner });
    const claim = { workflowName: workflow, owner };
    expected.run({ claim, plan: compilePlan(DIGEST) } as RunState);
    onLlmCall({ ...REPORT, workflow, owner, model: `m-${workflow}`, host: `${workflow}.test` });
  };
  for (let n = 0; n < 101; n += 1) record(`b${n}`, 'builder');
  record('order', 'ada');
  const ended = await valuesOf('aio_workflow_runs_ended_total');
  assert.ok(ended.includes('{workflow="order",outcome="failed"} 0'));
  assert.ok(!ended.some((line) => line.includes('"b0"')), 'the longest idle one gives way');
  const calls = await valuesOf('aio_host_call_seconds_count');
  assert.ok(calls.includes('{host="order.test"} 1'));
  const costs = await valuesOf('aio_llm_cost_usd_total');
  assert.ok(costs.some((line) => line.includes('"order"') && line.includes('"m-order"')));
});

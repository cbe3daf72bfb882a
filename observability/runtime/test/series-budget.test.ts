import { LLM_PROVIDERS, RUN_OUTCOMES } from '@aio/catalog/metrics/labels';
import { METRICS } from '@aio/catalog/metrics/all-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeries } from '../testing/series.ts';

const WORKFLOWS = 100;
const STEPS = 10;
const MODELS = 100;
const TOKENS = [
  'genAiInputTokens',
  'genAiCacheReadTokens',
  'genAiCacheWriteTokens',
  'genAiOutputTokens',
  'genAiReasoningTokens',
] as const;
/** '' = the call succeeded. */
const ERRORS = ['', 'llm_rate_limited', 'cancelled'] as const;

test('a worker with 100 workflows of 10 steps and 100 models has fewer than 10,000 series, and counts all', async () => {
  const { metrics, scrape, series } = createSeries('worker', { defaults: true });
  for (let w = 0; w < WORKFLOWS; w += 1) {
    const workflow = `w${w}`;
    for (const outcome of RUN_OUTCOMES) {
      metrics.runDuration.observe({ workflow }, 1);
      metrics.workflowRunsEnded.inc({ workflow, outcome });
    }
    for (let s = 0; s < STEPS; s += 1) {
      metrics.workflowStepTime.observe({ workflow, step: `s${s}` }, 1);
      metrics.workflowStepFailures.inc({ workflow, step: `s${s}` });
    }
    for (let m = 0; m < MODELS; m += 1) {
      const provider = LLM_PROVIDERS[m % LLM_PROVIDERS.length]!;
      const model = `m${m}`;
      metrics.llmCost.inc({ workflow, provider, model });
      const call = {
        workflow,
        gen_ai_operation_name: 'chat',
        gen_ai_provider_name: provider,
        gen_ai_request_model: model,
      } as const;
      for (const counter of TOKENS)
        metrics[counter].inc({ ...call, gen_ai_token_modality: 'text' }, 2);
      for (const error_type of ERRORS) metrics.genAiDuration.observe({ ...call, error_type }, 1);
    }
  }
  const { body } = await scrape();
  const all = body.split('\n').filter((line) => /^[a-z]/.test(line)).length;
  assert.ok(all < 10_000, String(all));

  const sum = async (name: string) =>
    (await series(name)).reduce((all, line) => all + Number(line.split(' ').at(-1)), 0);
  const calls = WORKFLOWS * MODELS;
  assert.equal(await sum(METRICS.llmCost.name), calls);
  for (const counter of TOKENS) assert.equal(await sum(METRICS[counter].name), calls * 2);
  assert.equal(await sum(`${METRICS.genAiDuration.name}_count`), calls * ERRORS.length);
  const runs = WORKFLOWS * RUN_OUTCOMES.length;
  assert.equal((await series(METRICS.workflowRunsEnded.name)).length, runs, 'all by name');
  assert.equal(await sum(`${METRICS.runDuration.name}_count`), runs);
  assert.equal(await sum(`${METRICS.workflowStepTime.name}_count`), WORKFLOWS * STEPS);

  const workflows = (await series(METRICS.llmCost.name)).flatMap(
    (line) => /workflow="(\w+)"/.exec(line)?.[1] ?? [],
  );
  assert.ok(new Set(workflows).size > 5, 'workflows outlive models');
});

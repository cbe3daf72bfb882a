import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnvironment } from '@aio/platform/environment';
import { lanes } from './lanes-variable.ts';
import { modelRates } from './rates-variable.ts';

const variables = {
  lanes: lanes('WORKER_KINDS', new Map(Object.entries({ http: 64, llm: 16 }))),
  rates: modelRates('LLM_RATE_LIMITS'),
};

const read = (env: Record<string, string>) => readEnvironment(variables, env);
const lanesOf = (WORKER_KINDS?: string) =>
  Object.fromEntries(read(WORKER_KINDS === undefined ? {} : { WORKER_KINDS }).lanes);

test('WORKER_KINDS names lanes and their slots', () => {
  assert.deepEqual(lanesOf(), { http: 64, llm: 16 });
  assert.deepEqual(lanesOf('llm:8'), { llm: 8 });
  assert.deepEqual(lanesOf('http, llm:2'), { http: 64, llm: 2 });
  assert.deepEqual(lanesOf('none'), {});
  for (const wrong of ['transform', 'http:0', 'http:1,http:2', 'http;llm', 'many'])
    assert.throws(() => read({ WORKER_KINDS: wrong }), /WORKER_KINDS: expected lanes/);
});

test('LLM_RATE_LIMITS names models and their calls per time', () => {
  const { rates } = read({ LLM_RATE_LIMITS: 'openai/gpt-6-luna=60/1m, a/b=1/500ms' });
  assert.deepEqual(Object.fromEntries(rates), {
    'openai/gpt-6-luna': { calls: 60, periodMs: 60_000 },
    'a/b': { calls: 1, periodMs: 500 },
  });
  for (const wrong of ['gpt=60/1m', 'a/b=0/1m', 'a/b=60', 'a/b=1/1m,a/b=2/1m', 'a/b=1/soon'])
    assert.throws(() => read({ LLM_RATE_LIMITS: wrong }), /LLM_RATE_LIMITS: expected models/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf, markSteps, type StepFigures } from './mark-steps.ts';

const none = { p50: null, p95: null };
const step = (name: string, figures: Partial<StepFigures> = {}): StepFigures => ({
  step: name,
  ofItems: false,
  kind: 'http',
  executions: 10,
  attempts: 10,
  failures: 0,
  queueMs: none,
  executionMs: none,
  costUsd: '0',
  unpricedCalls: 0,
  ...figures,
});
const takes = (p95: number) => ({ executionMs: { p50: 1, p95 } });

test('the slowest step executes longest: waits do not count, and items stand for their map', () => {
  const steps = [
    step('ask', { kind: 'approval', ...takes(60_000) }),
    step('each', { kind: 'map', ...takes(9000) }),
    step('each', { ofItems: true, ...takes(3000) }),
    step('call', takes(2000)),
  ];
  assert.deepEqual(markSteps(steps), { slowest: 'each[]', failing: null });
  assert.deepEqual(steps.map(keyOf), ['ask', 'each', 'each[]', 'call']);
});

test('the most failing fails in the largest share of its executions', () => {
  const steps = [
    step('often', { executions: 1000, failures: 10 }),
    step('rarely', { executions: 4, failures: 2 }),
  ];
  assert.deepEqual(markSteps(steps), { slowest: null, failing: 'rarely' });
  assert.deepEqual(markSteps([]), { slowest: null, failing: null });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDay, formatRuns, formatSum, hasDayOfHistory, listDays } from './days.ts';
import { keyOf, markSteps, type StepFigures } from './mark-steps.ts';

const DAYS = [
  { day: '2026-11-24', runs: 2 },
  { day: '2026-11-25', runs: 1000 },
];

test('a day at the limit has a plus, and so has the sum', () => {
  assert.deepEqual([formatRuns(999, 1000), formatRuns(1000, 1000)], ['999', '1,000+']);
  assert.deepEqual([formatSum(DAYS, 1000), formatSum(DAYS, 10_000)], ['1,002+', '1,002']);
});

test('days are days of UTC, whatever the time zone', () => {
  assert.equal(formatDay('2026-11-24'), '24 Nov');
  assert.equal(listDays(DAYS, 1000), '24 Nov: 2, 25 Nov: 1,000+');
});

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
  costUsd: 0,
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

test('runs of today and yesterday may be less than a day of history', () => {
  const daysOf = (...runs: number[]) => runs.map((count) => ({ day: '2026-11-24', runs: count }));
  assert.equal(hasDayOfHistory(daysOf(0, 0, 5, 9)), false);
  assert.equal(hasDayOfHistory(daysOf(0, 1, 0, 0)), true);
});

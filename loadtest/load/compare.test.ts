import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeLoadResult } from '../testing/load-result.ts';
import { compare, describeComparison } from './compare.ts';

test('longer is worse, more per second is better, and small changes are noise', () => {
  const result = (scale: Record<string, number>) =>
    makeLoadResult({
      metrics: {
        load_run_duration: {
          values: { 'p(95)': 2800 * (scale['runs'] ?? 1), count: 9 },
          crossed: [],
        },
        'load_queue_time{shape:a}': { values: { 'p(95)': 3 * (scale['queue'] ?? 1) }, crossed: [] },
        load_run_failed: { values: { value: 0.01 * (scale['failed'] ?? 1) }, crossed: [] },
        load_steps: { values: { count: 90, rate: 20 * (scale['steps'] ?? 1) }, crossed: [] },
        load_event_delay: { values: { 'p(95)': 0, count: 0 }, crossed: [] },
        http_req_blocked: { values: { 'p(95)': 9 * (scale['blocked'] ?? 1) }, crossed: [] },
      },
    });
  const verdicts = (scale: Record<string, number>) =>
    Object.fromEntries(
      compare(result(scale), result({})).map(({ figure, verdict }) => [figure, verdict]),
    );
  assert.deepEqual(verdicts({ runs: 2, queue: 2, failed: 0.5, steps: 2, blocked: 9 }), {
    'load_run_duration p(95)': 'worse',
    'load_queue_time{shape:a} p(95)': 'same',
    'load_run_failed value': 'better',
    'load_steps rate': 'better',
  });
  assert.deepEqual(new Set(Object.values(verdicts({ runs: 1.1, steps: 0.9 }))), new Set(['same']));
});

test('compares only the knees of two searches', () => {
  const search = (rate: number) => makeLoadResult({ knee: { rate, missedAt: null, tries: [] } });
  assert.deepEqual(compare(search(40), search(20)), [
    { figure: 'knee', before: 20, now: 40, verdict: 'better' },
  ]);
});

test('lists different options', () => {
  const before = makeLoadResult();
  const now = makeLoadResult({ asked: { ...before.asked, rate: 3 } });
  assert.equal(describeComparison(before, before).length, 1);
  assert.equal(describeComparison(now, before)[0], 'different: rate 2, now 3');
});

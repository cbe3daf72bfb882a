import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeLoadResult } from '../../testing/load-result.ts';
import { compare } from './compare.ts';
import { readFigures } from './figures.ts';

test('reads the figures of the load and of its phases, in their order', () => {
  const trend = (p95: number, count = 1) => ({
    type: 'trend' as const,
    values: { med: 1, 'p(95)': p95, 'p(99)': p95 + 1, count },
  });
  const counter = { type: 'counter' as const, values: { count: 1, rate: 1 } };
  const metrics = {
    'http_req_duration{traffic:requests}': trend(10),
    'http_req_duration{scenario:after,traffic:requests}': trend(12),
    'http_req_duration{scenario:before,traffic:requests}': trend(11),
    'load_steps{scenario:after}': counter,
    'load_steps{scenario:before}': counter,
    load_queue_time: trend(0, 0),
  };
  const runs = [makeRun(0, 1), makeRun(0, 2), makeRun(1, null)];
  assert.deepEqual(Object.entries(readFigures({ metrics }, runs)), [
    ['Requests P95', 10],
    ['Requests P95, before', 11],
    ['Requests P95, after', 12],
    ['Requests P99', 11],
    ['Runs ended', 1],
    ['Steps', 5],
  ]);
});

function makeRun(from: number, to: number | null) {
  const at = (second: number) => `2026-01-01T00:00:0${second}Z`;
  return { createdAt: at(from), finishedAt: to === null ? null : at(to), stepsDone: 5 };
}

test('longer is worse, more per second is better, and small changes are noise', () => {
  const before = makeLoadResult();
  const { figures } = before;
  const now = makeLoadResult({
    figures: {
      ...figures,
      'Runs P95': figures['Runs P95']! * 2,
      Steps: figures['Steps']! * 2,
      'Runs P50': figures['Runs P50']! * 1.1,
      'Requests P99': figures['Requests P99']! / 2,
      'Runs P95, spike': figures['Runs P95, spike']! * 2,
      'Queue time P99': 1,
    },
  });
  const verdicts = Object.entries(compare(now, before).changes).map(([name, { verdict }]) => [
    name,
    verdict,
  ]);
  assert.deepEqual(Object.fromEntries(verdicts), {
    'Runs P95': 'worse',
    Steps: 'better',
    'Runs P50': 'same',
    'Requests P99': 'better',
    'Runs P95, spike': 'worse',
  });
});

test('compares only the knees of two searches', () => {
  const search = (rate: number) =>
    makeLoadResult({
      figures: { ...makeLoadResult().figures, Knee: rate },
      knee: { rate, missedAt: null, tries: [] },
    });
  const { changes } = compare(search(40), search(20));
  assert.deepEqual(changes, { Knee: { before: 20, verdict: 'better' } });
});

test('lists different options', () => {
  const before = makeLoadResult();
  const now = makeLoadResult({ asked: { ...before.asked, rate: 3 } });
  assert.deepEqual(compare(before, before).differences, []);
  assert.deepEqual(compare(now, before).differences, ['rate 2, now 3']);
});

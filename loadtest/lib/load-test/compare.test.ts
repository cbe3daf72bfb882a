import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realResult } from '../../testing/real-result.ts';
import { compare } from './compare.ts';
import { formatChange } from './report/format.ts';

test('longer is worse, more per second is better, and small changes are noise', () => {
  const before = realResult();
  const now = realResult();
  now.runs.seen!.p95 = before.runs.seen!.p95 * 2;
  now.runs.stepsPerSecond = before.runs.stepsPerSecond * 2;
  now.runs.seen!.p50 = before.runs.seen!.p50 * 1.1;
  now.requests.time!.p99 = before.requests.time!.p99 / 2;
  const verdicts = Object.fromEntries(
    compare(now, before).changes.map((change) => [
      change.name,
      [change.verdict, formatChange(change)],
    ]),
  );
  assert.deepEqual(verdicts['Runs P95'], ['worse', '+100 %']);
  assert.deepEqual(verdicts['Steps'], ['better', '+100 %']);
  assert.deepEqual(verdicts['Runs P50'], ['same', '+10 %']);
  assert.deepEqual(verdicts['Requests P99'], ['better', '−50 %']);
  assert.equal(verdicts['Knee'], undefined);
});

test('compares only the knees of two searches', () => {
  const search = (rate: number) => ({ ...realResult(), knee: { rate, missedAt: null, tries: [] } });
  const changes = compare(search(40), search(20)).changes.map(({ name, verdict }) => [
    name,
    verdict,
  ]);
  assert.deepEqual(changes, [['Knee', 'better']]);
});

test('lists different options', () => {
  const before = realResult();
  const now = realResult();
  now.asked.rate = before.asked.rate + 1;
  assert.deepEqual(compare(before, before).differences, []);
  assert.deepEqual(compare(now, before).differences, [
    `rate ${before.asked.rate}, now ${now.asked.rate}`,
  ]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextRate, searchKnee } from './knee.ts';

const SEARCH = { first: 10, most: 400, precision: 0.1 };
/** A system that meets its objectives up to a rate. */
const upTo = (limit: number) => async (rate: number) => ({ rate, kept: rate <= limit });

test('doubles until a rate is missed, then halves the gap until it is small enough', async () => {
  const knee = await searchKnee(SEARCH, upTo(67));
  assert.deepEqual(
    knee.tries.map(({ rate }) => rate),
    [10, 20, 40, 80, 80, 60, 70, 70, 65],
  );
  assert.deepEqual([knee.rate, knee.missedAt], [65, 70]);
});

test('halves a first rate that is too high, and may find no knee', async () => {
  const low = await searchKnee(SEARCH, upTo(3));
  assert.deepEqual([low.rate, low.missedAt], [3, 4]);
  const never = await searchKnee(SEARCH, upTo(0));
  assert.deepEqual([never.rate, never.missedAt], [null, 1]);
});

test('tries no rate above the highest', async () => {
  const knee = await searchKnee({ ...SEARCH, most: 100 }, upTo(1000));
  assert.deepEqual(
    knee.tries.map(({ rate }) => rate),
    [10, 20, 40, 80, 100],
  );
  assert.deepEqual([knee.rate, knee.missedAt], [100, null]);
});

test('repeats a missed rate once', async () => {
  let tried = 0;
  const knee = await searchKnee({ ...SEARCH, most: 20 }, async (rate) => ({
    rate,
    kept: ++tried !== 1,
  }));
  assert.deepEqual(
    knee.tries.map(({ rate }) => rate),
    [10, 10, 20],
  );
  assert.deepEqual([knee.rate, knee.missedAt], [20, null]);
});

test('ignores success above a missed rate', () => {
  const tries = [
    { rate: 20, kept: true },
    { rate: 40, kept: false },
    { rate: 40, kept: false },
    { rate: 80, kept: true },
  ];
  assert.equal(nextRate(tries, SEARCH), 30);
});

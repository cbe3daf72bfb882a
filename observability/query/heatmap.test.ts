import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCells } from './heatmap.ts';

const bucket = (le: string, ...values: number[]) => ({
  labels: { le },
  samples: values.map((value, at) => ({ at, value })),
});

test('cells ascend, and exclude the cells below', () => {
  assert.deepEqual(
    toCells([
      bucket('+Inf', 3, 5),
      bucket('10.0', 3, 4),
      bucket('0.5', 1, 1),
      bucket('2.5', 3, 4),
      bucket('0.1', 0, 0),
    ]),
    [
      bucket('0.1', 0, 0),
      bucket('0.5', 1, 1),
      bucket('2.5', 2, 3),
      bucket('10.0', 0, 0),
      bucket('+Inf', 0, 1),
    ],
  );
});

test('there are rows around the filled ones, at least eight, but not all empty ones', () => {
  const bounds = Array.from({ length: 20 }, (_, index) => index + 1);
  const rowsOf = (filled: readonly number[]) =>
    toCells(
      bounds.map((bound) => bucket(String(bound), filled.filter((one) => one <= bound).length)),
    ).map(({ labels }) => Number(labels.le));
  assert.deepEqual(rowsOf([10, 11]), [7, 8, 9, 10, 11, 12, 13, 14]);
  assert.deepEqual(rowsOf([1]), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(rowsOf([3, 14]), bounds.slice(2, 14));
  assert.deepEqual(rowsOf([]), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCells } from './heatmap.ts';

const bucket = (le: string, ...values: number[]) => ({
  labels: { le },
  samples: values.map((value, at) => ({ at, value })),
});

test('cells ascend, exclude the cells below, and are never empty', () => {
  assert.deepEqual(
    toCells([
      bucket('+Inf', 3, 5),
      bucket('10.0', 3, 4),
      bucket('0.5', 1, 1),
      bucket('2.5', 3, 4),
      bucket('0.1', 0, 0),
    ]),
    [bucket('0.5', 1, 1), bucket('2.5', 2, 3), bucket('+Inf', 0, 1)],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueryData } from '../../shared/api.ts';
import { pluck } from '@aio/platform/testing/pluck';
import { frameOf, nearestIndex, calculate, latestValues, legendOf } from './series.ts';

const target = (
  at: number[],
  series: { legend: string; values: (number | null | '+Inf')[] }[],
) => ({
  refId: 'A',
  promql: 'up',
  at,
  series: series.map((one) => ({ ...one, labels: {} })),
  leftOut: 0,
  note: null,
  exemplars: [],
});

test('series of several queries share the time axis; an instant value is at the end', () => {
  const frame = frameOf({
    stepSeconds: 5,
    targets: [
      target([0, 5, 10], [{ legend: 'a', values: [1, null, '+Inf'] }]),
      target([11], [{ legend: 'b', values: [7] }]),
    ],
  });
  assert.deepEqual(frame.at, [0, 5, 10]);
  assert.deepEqual(pluck(frame.series, 'name', 'values'), [
    ['a', [1, null, Infinity]],
    ['b', [null, null, 7]],
  ]);
});

test('the latest value of a series ignores gaps; a series without values has none', () => {
  const series = [
    { legend: 'a', values: [1, 2, null] },
    { legend: 'b', values: [null, null, null] },
  ];
  const data = { stepSeconds: 5, targets: [target([0, 5, 10], series)] } as unknown as QueryData;
  assert.deepEqual([...latestValues(data)], [['a', 2]]);
  assert.deepEqual([...latestValues(null)], []);
});

test('the nearest of the times of a chart', () => {
  assert.equal(nearestIndex([0, 10, 20], 14), 1);
  assert.equal(nearestIndex([], 14), -1);
});

test('the largest value ignores missing ones; the last is missing if the series has ended', () => {
  const values = [null, 1, 3, null, 2, null];
  assert.equal(calculate('max', values), 3);
  assert.equal(calculate('last', values), null);
  assert.equal(calculate('last', [1, 2]), 2);
  assert.equal(calculate('max', [null]), null);
  assert.throws(() => calculate('toString', values), /no calculation toString/);
});

test('a legend has the largest last value first, and no series that has ended', () => {
  const of = (name: string, ...values: (number | null)[]) => ({ name, values });
  const series = [of('small', 1, 1, null), of('ended', 9, null, null), of('large', null, 5, null)];
  const rows = legendOf({ series }).map(({ name, index, last }) => [name, index, last]);
  assert.deepEqual(rows, [
    ['large', 2, 5],
    ['small', 0, 1],
  ]);
  assert.deepEqual(legendOf({ series: [of('ended', null)] }), []);
});

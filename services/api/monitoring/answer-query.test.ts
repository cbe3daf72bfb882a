import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import type { Exemplar, PrometheusApi, Series } from '@aio/query/prometheus';
import { answerQuery } from './answer-query.ts';
import { gridOf } from './time-span.ts';

const span = { from: 100, to: 160 };
const range = gridOf(span, 10, 5);
const target = { refId: 'A', expr: 'up{job=~"$job"}', legendFormat: '{{nth}}', exemplar: true };

function answer(series: readonly Series[], exemplars: readonly Exemplar[] = []) {
  const prometheus = {
    queryRange: async () => [...series],
    query: async () => [...series],
    exemplars: async () => [...exemplars],
  } as unknown as PrometheusApi;
  const traceUrlOf = (traceId: string | null) => traceId && `http://jaeger/${traceId}`;
  return answerQuery({ prometheus, traceUrlOf }, target, { job: '(api)' }, { range, span });
}

test('the grid has at most the requested points, on multiples of its step', () => {
  assert.deepEqual(range, { from: 96, to: 156, stepSeconds: 6 });
  assert.deepEqual(gridOf({ from: 0, to: 60 }, 1000, 5), { from: 0, to: 60, stepSeconds: 5 });
});

test('values are at their times, gaps are null, infinity is text', async () => {
  const samples = [
    { at: 96, value: 1 },
    { at: 108, value: Infinity },
    { at: 114, value: -Infinity },
    { at: 120, value: Number.NaN },
  ];
  const { promql, at, series } = await answer([{ labels: { nth: '1' }, samples }]);
  assert.equal(promql, 'up{job=~"(api)"}');
  assert.deepEqual(at.slice(0, 3), [96, 102, 108]);
  assert.equal(series[0]?.legend, '1');
  assert.deepEqual(series[0]?.values.slice(0, 6), [1, null, '+Inf', '-Inf', null, null]);
  assert.equal(series[0]?.values.length, at.length);
});

test('keeps the largest of too many series, in order, with a note', async () => {
  const all = Array.from({ length: 130 }, (_, nth) => ({
    labels: { nth: String(nth) },
    samples: [{ at: 96, value: nth % 2 === 0 ? 1000 + nth : nth }],
  }));
  const { series, leftOut, note } = await answer(all);
  assert.deepEqual([series.length, leftOut], [100, 30]);
  const kept = series.map(({ legend }) => Number(legend));
  const sorted = kept.toSorted((a, b) => a - b);
  assert.deepEqual(kept, sorted);
  assert.ok([0, 2, 128].every((nth) => kept.includes(nth)) && !kept.includes(1));
  assert.match(note ?? '', /Shows 100 of 130 series/);
});

test('keeps the largest of close exemplars, with its links', async () => {
  const exemplar = (at: number, value: number, labels: Record<string, string>) => ({
    at,
    value,
    labels,
    seriesLabels: { le: '1' },
  });
  const run = '01900000-0000-7000-8000-000000000001';
  const { exemplars } = await answer(
    [],
    [
      exemplar(130, 2, { trace_id: 'b', run_id: run }),
      exemplar(130.1, 1, { trace_id: 'c' }),
      exemplar(110, 5, { trace_id: 'a', run_id: 'not an id' }),
      exemplar(140, Infinity, { trace_id: 'd' }),
      exemplar(150, 3, {}),
    ],
  );
  assert.deepEqual(pluck(exemplars, 'traceId', 'traceUrl', 'runId'), [
    ['a', 'http://jaeger/a', null],
    ['b', 'http://jaeger/b', run],
    [null, null, null],
  ]);
});

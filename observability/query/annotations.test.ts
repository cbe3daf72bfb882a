import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askMarks } from './annotations.ts';

test('adjacent samples are one mark, and a gap ends it', async () => {
  const samples = [10, 25, 40, 100].map((at) => ({ at, value: 1 }));
  const asked: string[] = [];
  const prometheus = {
    async queryRange(promql: string) {
      asked.push(promql);
      return [
        { labels: { testid: 't-2' }, samples: [{ at: 5, value: 1 }] },
        { labels: { testid: 't-1' }, samples },
      ];
    },
  };
  const annotation = {
    name: 'Load tests',
    expr: 'k6{job=~"$job"} > 0',
    iconColor: '#CC79A7',
    titleFormat: 'Load test {{testid}}',
  };
  const range = { from: 0, to: 120, stepSeconds: 15 };
  const marks = await askMarks(prometheus, annotation, { job: 'x' }, range);
  assert.deepEqual(
    marks.map(({ title, from, to }) => [title, from, to]),
    [
      ['Load test t-2', 5, 5],
      ['Load test t-1', 10, 40],
      ['Load test t-1', 100, 100],
    ],
  );
  assert.deepEqual(asked, ['k6{job=~"x"} > 0']);
});

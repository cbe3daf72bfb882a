import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PrometheusApi, Series } from '@aio/query/prometheus';
import { shareQueries } from './share-queries.ts';

const RANGE = { from: 0, to: 60, stepSeconds: 15 };

/** A cache that keeps all values as JSON. */
function createShelf() {
  const kept = new Map<string, string>();
  return {
    async read<Value>({ key }: { key: string }, make: () => Promise<Value>): Promise<Value> {
      const text = kept.get(key) ?? JSON.stringify(await make());
      kept.set(key, text);
      return JSON.parse(text) as Value;
    },
  };
}

test('equal queries share one answer, with every kind of value', async () => {
  const series: Series[] = [
    {
      labels: { job: 'api' },
      samples: [1.5, Infinity, -Infinity, Number.NaN].map((value, at) => ({ at, value })),
    },
  ];
  const asked: string[] = [];
  const prometheus = {
    async queryRange(promql: string) {
      asked.push(promql);
      return series;
    },
  } as unknown as PrometheusApi;
  const shelf = createShelf();
  const [one, other] = [shareQueries(prometheus, shelf), shareQueries(prometheus, shelf)];
  assert.deepEqual(await one.queryRange('up', RANGE), series);
  assert.deepEqual(await other.queryRange('up', RANGE), series);
  assert.deepEqual(asked, ['up']);
  await other.queryRange('up', { ...RANGE, to: 75 });
  await other.queryRange('down', RANGE);
  assert.deepEqual(asked, ['up', 'up', 'down']);
});

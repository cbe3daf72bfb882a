import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuery } from './parse-query.ts';

test('metrics and ranges of a query, with durations of Grafana in it', () => {
  const query =
    'sum by (le) (rate(a_bucket{job=~"$job"}[$__rate_interval])) / increase(b[$__range]) > c';
  assert.deepEqual(parseQuery(query), {
    metrics: ['a_bucket', 'b', 'c'],
    ranges: ['$__rate_interval', '$__range'],
  });
});

test('what is no PromQL is refused at its place', () => {
  assert.throws(() => parseQuery('sum(rate(a[5m])'), /no PromQL at character 15: sum\(rate/);
  assert.throws(() => parseQuery('a{b=}'), /no PromQL at character/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuery } from './parse-query.ts';

test('finds metrics and ranges, also with duration variables of Grafana', () => {
  const query =
    'sum by (le) (rate(a_bucket{job=~"$job"}[$__rate_interval])) / increase(b[$__range]) > c';
  assert.deepEqual(parseQuery(query), {
    metrics: ['a_bucket', 'b', 'c'],
    ranges: ['$__rate_interval', '$__range'],
  });
});

test('invalid PromQL is refused with its position', () => {
  assert.throws(() => parseQuery('sum(rate(a[5m])'), /Invalid PromQL at character 15: sum\(rate/);
  assert.throws(() => parseQuery('a{b=}'), /Invalid PromQL at character/);
});

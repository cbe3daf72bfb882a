import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectorsIn } from './row.ts';

test('finds each series once, with its matchers, but no keywords or labels', () => {
  const promql =
    '(sum by (kind) (increase(aio_step_retries_total[5m])) > 0.5 and on (kind) up{job="api"} == 0) ' +
    'or slo:error_ratio:rate1h{slo="runSuccess"} > 0.3 or up{job="api"}';
  assert.deepEqual(selectorsIn(promql), [
    'aio_step_retries_total',
    'up{job="api"}',
    'slo:error_ratio:rate1h{slo="runSuccess"}',
  ]);
});

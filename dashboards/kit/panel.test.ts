import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rate, sum } from '@aio/slo/promql';
import { select } from '@aio/catalog/metrics/select';
import { draw } from './panel.ts';
import { PromTarget } from './targets.ts';

const byKind = sum(rate(select('stepRetries'), '$__rate_interval'), ['kind']);

test('a legend may only name labels of the query', () => {
  assert.deepEqual(draw(byKind, 'retries of {{kind}}'), {
    promql: 'sum by (kind) (rate(aio_step_retries_total[$__rate_interval]))',
    legend: 'retries of {{kind}}',
  });
  // @ts-expect-error misspelt label
  assert.throws(() => draw(byKind, '{{knid}}'), /panel\.test\.ts:\d+: .* has no label knid,/);
});

test('a misspelt metric or label does not compile, and throws if a cast hides it', () => {
  // @ts-expect-error misspelt metric
  assert.throws(() => select('stepRetrys'), /panel\.test\.ts:\d+: .* no metric stepRetrys/);
  // @ts-expect-error misspelt label
  assert.throws(() => sum(byKind, ['knd']), /panel\.test\.ts:\d+: .* has no label knd,/);
});

test('a target refuses invalid PromQL', () => {
  assert.throws(() => new PromTarget({ promql: 'sum(', legend: '' }), /Invalid PromQL/);
});

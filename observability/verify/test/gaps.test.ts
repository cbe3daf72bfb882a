import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeclared } from '../coverage/filled-by-faults.ts';
import type { CoverageRow } from '../coverage/row.ts';
import { describe } from '../report.ts';
import { findGaps, type Verification } from '../verify.ts';

const row = (gap: string | null): CoverageRow => ({
  where: 'aio-api',
  what: 'Latency',
  query: 'P95',
  promql: 'up',
  series: gap === null ? 1 : 0,
  last: '',
  gap,
});
const figure = {
  what: 'runs ended',
  unit: 'short',
  truth: 3,
  witness: 'rows',
  tolerance: 0,
} as const;
const good: Verification = {
  coverage: [row(null)],
  faults: [],
  figures: [{ ...figure, prometheus: 3 }],
};

test('each gap is named, and nothing else', () => {
  assert.deepEqual(findGaps(good), []);
  const bad: Verification = {
    coverage: [row('no data')],
    faults: ['api: /metrics lacks it'],
    figures: [{ ...figure, prometheus: 2 }],
  };
  assert.deepEqual(findGaps(bad), [
    'aio-api: Latency (P95): no data: up',
    'api: /metrics lacks it',
    'runs ended: 2 in Prometheus, 3 by rows',
  ]);
  assert.match(describe(bad).join('\n'), /3 gaps:\n {2}✖ aio-api: Latency \(P95\): no data/);
  assert.equal(describe(good).at(-1), 'no gap');
});

test('what is declared to be filled by a fault may be empty, and no more than that', () => {
  const declared = [{ where: 'aio-api', what: 'Latency', query: 'P95', drill: 'faults' }];
  assert.equal(isDeclared(row('no data'), declared), true);
  assert.equal(isDeclared(row('query error: no PromQL'), declared), false);
  assert.equal(isDeclared({ ...row('no data'), query: 'P99' }, declared), false);
});

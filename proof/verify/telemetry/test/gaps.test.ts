import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeclared } from '../coverage/may-be-empty.ts';
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
  traces: { seen: '7 spans of 2 traces', faults: [], excused: ['span "run" never (drill faults)'] },
  logs: { seen: '9 log records', faults: [], excused: [] },
};

test('findGaps names each gap and nothing else', () => {
  assert.deepEqual(findGaps(good, []), []);
  const bad: Verification = {
    coverage: [row('no data')],
    faults: ['api: /metrics lacks it'],
    figures: [{ ...figure, prometheus: 2 }],
    traces: { ...good.traces, faults: ['span "run" never has aio.run.id'] },
    logs: { ...good.logs, faults: ['log event aio.run.ended was not seen'] },
  };
  assert.deepEqual(findGaps(bad, []), [
    'aio-api: Latency (P95): no data: up',
    'api: /metrics lacks it',
    'span "run" never has aio.run.id',
    'log event aio.run.ended was not seen',
    'runs ended: 2 in Prometheus, 3 by rows',
  ]);
  assert.match(
    describe(bad, findGaps(bad, [])).join('\n'),
    /5 gaps:\n {2}✖ aio-api: Latency \(P95\): no data/,
  );
  assert.deepEqual(describe(good, []).slice(-4), [
    '– span "run" never (drill faults)',
    '',
    '1 of 1 queries of 1 boards and groups have data, 1 of 1 figures are correct, 7 spans of 2 traces and 9 log records match the catalogue',
    'No gaps.',
  ]);
});

test('a declared query may be empty, but may not fail', () => {
  const declared = [{ where: 'aio-api', what: 'Latency', query: 'P95', drill: 'faults' }];
  assert.equal(isDeclared(row('no data'), declared), true);
  assert.equal(isDeclared(row('query error: invalid PromQL'), declared), false);
  assert.equal(isDeclared({ ...row('no data'), query: 'P99' }, declared), false);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartResult } from './part.ts';
import { makeReport } from './report.ts';

const ROWS = [
  ['', 'A'],
  ['chain', '12'],
];

const report = (measured: PartResult['measured']) => ({
  part: 'engine',
  seconds: 1,
  result: { tables: [{ title: 'Rates', rows: ROWS }], measured, method: 'in turn' },
});

test('the report judges lower and upper limits, and skips guard rails without a value', () => {
  const met = makeReport({}, [report({ chainAgainstBullmq: 5, heapPerRun: 25 })]);
  assert.equal(met.ok, true);
  assert.deepEqual(
    met.data.guardRails.map(({ measured, limit, ok }) => [measured, limit, ok]),
    [
      [5, '>= 5', true],
      [25, '<= 25', true],
    ],
  );
  assert.equal(met.lines.at(-1), '✔ every guard rail holds');
});

test('the report fails on a missed limit, on NaN and on a failed part', () => {
  for (const measured of [
    { chainAgainstBullmq: 4.99 },
    { heapPerRun: 25.1 },
    { cancel: Number.NaN },
  ]) {
    const { ok, lines } = makeReport({}, [report(measured)]);
    assert.equal(ok, false);
    assert.equal(lines.at(-1), '✖ 1 of 1 guard rails missed');
  }
  const failed = makeReport({}, [
    report({ cancel: 0 }),
    { part: 'idle', seconds: 1, result: new Error('no') },
  ]);
  assert.equal(failed.ok, false);
  assert.equal(failed.lines.at(-1), '✖ idle failed: no');
  assert.deepEqual(failed.data.parts['idle'], { seconds: 1, error: 'no' });
});

test('tables are aligned', () => {
  const { lines } = makeReport({ machine: 'small' }, [report({})]);
  assert.deepEqual(lines, [
    '',
    'Rates',
    '          A',
    '  chain  12',
    '',
    'machine: small',
    'engine: in turn',
    'seconds: engine 1; all 1',
  ]);
});

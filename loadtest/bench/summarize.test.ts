import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartResult } from './part.ts';
import { summarize } from './summarize.ts';

const result = (measured: PartResult['measured']): PartResult => ({
  tables: [
    {
      title: 'Rates',
      rows: [
        ['', 'A'],
        ['chain', '12'],
      ],
    },
  ],
  measured,
  settings: { rounds: 5 },
  figures: [1, 2],
});

test('floors are held from below and from above, and only those that were measured', () => {
  const met = summarize({}, [
    { part: 'engine', seconds: 1, result: result({ chainAgainstBullmq: 3, heapPerRun: 20 }) },
  ]);
  assert.equal(met.ok, true);
  assert.deepEqual(
    met.data.floors.map(({ measured, limit, ok }) => [measured, limit, ok]),
    [
      [3, '>= 3', true],
      [20, '<= 20', true],
    ],
  );
  assert.equal(met.lines.at(-1), '✔ every floor is met');
});

test('a miss, a figure that is none and a part that failed are no success', () => {
  const reports = (measured: PartResult['measured']) => [
    { part: 'engine', seconds: 1, result: result(measured) },
  ];
  for (const measured of [
    { chainAgainstBullmq: 2.99 },
    { heapPerRun: 20.1 },
    { rss: Number.NaN },
  ]) {
    const { ok, lines } = summarize({}, reports(measured));
    assert.equal(ok, false);
    assert.equal(lines.at(-1), '✖ 1 of 1 are missed');
  }
  const failed = summarize({}, [
    ...reports({ rss: 1 }),
    { part: 'idle', seconds: 1, result: new Error('no') },
  ]);
  assert.equal(failed.ok, false);
  assert.equal(failed.lines.at(-1), '✖ idle failed: no');
  assert.deepEqual(failed.data.parts, {
    engine: { seconds: 1, figures: [1, 2] },
    idle: { seconds: 1, error: 'no' },
  });
});

test('a table has its columns under each other', () => {
  const { lines } = summarize({ machine: 'small' }, [
    { part: 'engine', seconds: 1, result: result({}) },
  ]);
  assert.deepEqual(lines.slice(0, 7), [
    '',
    'Rates',
    '          A',
    '  chain  12',
    '',
    'machine: small',
    'rounds: 5',
  ]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration } from './duration.ts';

const cases: [number | null, string][] = [
  [null, '–'],
  [0, '0 ms'],
  [0.4, '<1 ms'],
  [340.4, '340 ms'],
  [999.6, '1 s'],
  [1250, '1.25 s'],
  [9996, '10 s'],
  [12_340, '12.3 s'],
  [59_960, '1 m'],
  [200_000, '3 m 20 s'],
  [3_599_700, '1 h'],
  [7_500_000, '2 h 5 m'],
  [86_399_000, '1 d'],
  [273_600_000, '3 d 4 h'],
];

for (const [ms, text] of cases)
  test(`${ms} ms reads ${text}`, () => assert.equal(formatDuration(ms), text));

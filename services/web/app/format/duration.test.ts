import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, readDuration } from './duration.ts';

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

test('durations are read as people write them; a number alone is in seconds', () => {
  assert.deepEqual(['90', ' 0.5 ', '250ms'].map(readDuration), [90_000, 500, 250]);
  const texts = ['1.5 h', '2min', '1 分 30 秒'];
  assert.deepEqual(texts.map(readDuration), [5_400_000, 120_000, 90_000]);
  for (const ms of [340, 1250, 200_000, 7_260_000, 90_000_000])
    assert.equal(readDuration(formatDuration(ms)), ms);
});

test('other texts are not durations', () => {
  for (const text of ['', '0', '-3', 'soon', '5 s or so', '3 parsecs'])
    assert.equal(readDuration(text), null, text);
});

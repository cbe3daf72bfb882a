import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration } from '../format/duration.ts';
import { readDuration } from './read-duration.ts';

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

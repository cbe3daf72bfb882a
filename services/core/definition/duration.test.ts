import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDurationMs } from './duration.ts';

test('units become milliseconds', () => {
  const texts = ['250ms', '30s', '2m', '1h', '7d', '0s'];
  assert.deepEqual(texts.map(parseDurationMs), [250, 30_000, 120_000, 3_600_000, 604_800_000, 0]);
});

test('anything else is not a duration', () => {
  for (const text of ['', '5', 's', '1.5s', '-1s', '1 s', '1S', '1s ', '1m30s', `${10 ** 12}s`])
    assert.equal(parseDurationMs(text), null, text);
});

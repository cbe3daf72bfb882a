import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRetryAfterMs } from './retry-after.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');

function parse(headers: Record<string, string>): number | null {
  return parseRetryAfterMs((name) => headers[name], NOW_MS);
}

test('milliseconds, seconds and dates', () => {
  assert.equal(parse({ 'retry-after': '7' }), 7000);
  assert.equal(parse({ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }), 30_000);
  assert.equal(parse({ 'retry-after': '2', 'retry-after-ms': '1500' }), 1500);
});

test('the past is 0, the maximum is a day, nonsense is null', () => {
  assert.equal(parse({ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }), 0);
  assert.equal(parse({ 'retry-after': '99999999' }), 24 * 60 * 60 * 1000);
  assert.equal(parse({ 'retry-after': 'soon' }), null);
  assert.equal(parse({}), null);
});

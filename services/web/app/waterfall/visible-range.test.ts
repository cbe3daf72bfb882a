import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visibleRange } from './visible-range.ts';

test('only what is in view, and a little around it', () => {
  assert.deepEqual(visibleRange({ scrollTop: 3000, height: 300 }, 30, 1000), {
    start: 92,
    end: 118,
  });
});

test('the edges of the list are kept', () => {
  assert.deepEqual(visibleRange({ scrollTop: 0, height: 300 }, 30, 1000), { start: 0, end: 18 });
  assert.deepEqual(visibleRange({ scrollTop: 0, height: 300 }, 30, 4), { start: 0, end: 4 });
  assert.deepEqual(visibleRange({ scrollTop: 9000, height: 300 }, 30, 0), { start: 0, end: 0 });
});

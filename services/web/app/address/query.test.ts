import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasFilters, withChosen } from './query.ts';

test('a cursor is not a filter', () => {
  assert.ok(!hasFilters({ cursor: 'abc', flat: '1' }));
  assert.ok(hasFilters({ cursor: 'abc', since: '1h' }));
});

test('the chosen value is always among the options', () => {
  assert.deepEqual(withChosen(['a', 'b'], null), ['a', 'b']);
  assert.deepEqual(withChosen(['a', 'b'], 'b'), ['a', 'b']);
  assert.deepEqual(withChosen(['a', 'b'], 'gone'), ['gone', 'a', 'b']);
});

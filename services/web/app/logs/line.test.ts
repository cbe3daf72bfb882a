import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extrasOf } from './line.ts';

test('extras are the fields without a column', () => {
  const line = { at: 'x', level: 'info', message: 'm', step: 'a', iteration: 1, attempt: 2 };
  assert.equal(extrasOf(line), '');
  assert.equal(extrasOf({ ...line, url: 'http://x', status: 200 }), 'url="http://x" status=200');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPayload } from './event.ts';

test('a payload is any JSON, or empty', () => {
  assert.deepEqual(readPayload('{"a": [1]}'), { value: { a: [1] } });
  assert.deepEqual(readPayload('  '), { value: null });
  assert.match((readPayload('{a: 1}') as { fault: string }).fault, /^Invalid JSON: /);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText } from './text.ts';

test('values are indented JSON, strings stay unchanged', () => {
  assert.equal(jsonText({ a: 1 }), '{\n  "a": 1\n}');
  assert.equal(jsonText('line\nline'), 'line\nline');
  assert.equal(jsonText(undefined), '');
});

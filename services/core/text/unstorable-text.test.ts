import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findUnstorableText } from './unstorable-text.ts';

test('finds the place of text that the database cannot hold', () => {
  const pointers = (value: unknown) => findUnstorableText(value).map((fault) => fault.pointer);
  assert.deepEqual(pointers('\0'), ['']);
  assert.deepEqual(pointers({ a: ['x', { 'b/c': 'y\0' }] }), ['/a/1/b~1c']);
  assert.deepEqual(pointers({ a: '\ud800' }), ['/a']);
  assert.deepEqual(pointers({ a: { '\0': 1 } }), ['/a']);
});

test('accepts any other text', () => {
  assert.deepEqual(findUnstorableText({ ключ: ['😀', '\u0001', '', null, 1, true] }), []);
});

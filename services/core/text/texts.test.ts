import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggest } from './suggest.ts';
import { findUnstorableText } from './unstorable-text.ts';

test('suggests the nearest name', () => {
  assert.equal(suggest('timout', ['type', 'timeout'], '-'), 'did you mean "timeout"?');
  assert.equal(suggest('HTTP', ['llm', 'http'], '-'), 'did you mean "http"?');
  assert.equal(suggest('step_12', ['step_1', 'step_22'], '-'), 'did you mean "step_1"?');
});

test('suggests no name that is not near', () => {
  assert.equal(suggest('apple', ['banana'], 'known: banana'), 'known: banana');
  assert.equal(suggest('q', ['a'], '-'), '-');
  assert.equal(suggest('x'.repeat(65), ['x'.repeat(64)], '-'), '-');
  assert.equal(suggest('a', [], '-'), '-');
});

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

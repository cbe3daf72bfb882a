import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prettyJson } from './json.ts';

test('values are indented, text stays as it is', () => {
  assert.deepEqual(prettyJson({ a: 1 }), { text: '{\n  "a": 1\n}', hidden: 0 });
  assert.deepEqual(prettyJson('line\nline'), { text: 'line\nline', hidden: 0 });
  assert.deepEqual(prettyJson(undefined), { text: '', hidden: 0 });
});

test('what is too long to show is counted', () => {
  assert.deepEqual(prettyJson('abcdef', 4), { text: 'abcd', hidden: 2 });
});

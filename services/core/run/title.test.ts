import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileTitle, MAX_TITLE_CHARACTERS } from './title.ts';

const titleOf = (title: string, input: unknown = {}) => compileTitle(title)(input, 'r1').text;

test('a title comes from the input and the id of the run', () => {
  assert.equal(
    titleOf('Order ${{ input.n }} of ${{ input.who }}', { n: 7, who: 'Ada' }),
    'Order 7 of Ada',
  );
  assert.equal(titleOf('${{ run.id }}'), 'r1');
  assert.equal(titleOf('plain'), 'plain');
  assert.equal(titleOf('${{ input }}', { a: [1] }), '{"a":[1]}');
});

test('it is one short line that the database can hold', () => {
  assert.equal(titleOf('${{ input }}', ' a\n\n b\0c\ud800 '), 'a b c\ufffd');
  for (const nothing of [null, '', ' \n']) assert.equal(titleOf('${{ input }}', nothing), null);
  const long = titleOf('${{ input }}', '😀'.repeat(500))!;
  assert.deepEqual([Array.from(long).length, long.at(-1)], [MAX_TITLE_CHARACTERS, '…']);
  const fits = '😀'.repeat(MAX_TITLE_CHARACTERS);
  assert.equal(titleOf('${{ input }}', fits), fits);
});

test('without the value that it needs, a run has no title', () => {
  const { text, failure } = compileTitle('${{ input.a.b }}')({}, 'r1');
  assert.deepEqual([text, failure?.code], [null, 'expression_missing_key']);
});

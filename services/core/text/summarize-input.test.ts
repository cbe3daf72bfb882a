import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarizeInput } from './summarize-input.ts';

const summarize = (input: unknown) => summarizeInput(JSON.stringify(input));

test('short values come first, addresses last', () => {
  assert.equal(
    summarize({ baseUrl: 'http://127.0.0.1:8090', n: 3, service: 'billing', isNew: true }),
    'service: billing · n: 3 · isNew: true · baseUrl: http://127.0.0.1:8090',
  );
  assert.equal(summarize({ orders: [{ city: 'Oslo' }], tags: ['a', 'b'] }), 'city: Oslo · tags: a');
});

test('one value needs no name, unless it is a number', () => {
  assert.equal(summarize({ question: 'Why?' }), 'Why?');
  assert.equal(summarize({ n: 1 }), 'n: 1');
  assert.equal(summarize('only\n\t"text"'), 'only "text"');
  assert.equal(summarize(['first']), 'first');
});

test('long texts end at a word', () => {
  const word = 'abcdefg ';
  assert.equal(summarize({ document: word.repeat(1_000) }), `${word.repeat(15).trim()}…`);
  const both = summarize({ document: word.repeat(1_000), title: 'A title' })!;
  assert.match(both, /^title: A title · document: (abcdefg )+abcdefg…$/);
  assert.ok(both.length <= 120);
});

test('the text may lack a part in the middle', () => {
  const json = JSON.stringify({ first: 1, document: 'some words '.repeat(500), last: 'end', n: 2 });
  const expected = /^last: end · first: 1 · n: 2 · document: some words .*…$/;
  for (let from = json.length - 60; from < json.length - 25; from++)
    assert.match(
      summarizeInput(json.slice(0, 1_500) + json.slice(from))!,
      expected,
      json.slice(from),
    );
});

test('the text may end anywhere, and an input may have no values', () => {
  const json = JSON.stringify({ title: 'How a "database" keeps', n: 12 });
  for (let end = 0; end < json.length; end++) summarizeInput(json.slice(0, end));
  assert.equal(summarizeInput(json.slice(0, 20)), 'How a "da');
  for (const nothing of [{}, [], null, { a: null, b: {} }, { a: '' }])
    assert.equal(summarize(nothing), null);
});

test('a hostile text takes little time', () => {
  for (const part of ['"', '"a":', '"a":[', '\\', '"\\', '[[[']) summarizeInput(part.repeat(2_000));
});

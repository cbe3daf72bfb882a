import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countMentions, findMaterial, splitSentences, splitTokens, summarize } from './text.ts';

test('the material is the content of the longest tag', () => {
  const prompt = 'Summarise. <title>Logs</title> <document>First. Second.</document> Be brief.';
  assert.equal(findMaterial(prompt), 'First. Second.');
  assert.equal(findMaterial('No tags here.'), null);
});

test('a summary has sentences of the text, in order', () => {
  const text =
    'Write-ahead logs make commits durable. Cats are nice to have around. ' +
    'A commit returns when the logs are flushed. Logs are replayed after a crash by the database.';
  const summary = summarize(text, 2);
  for (const sentence of summary.split('. ')) assert.ok(text.includes(sentence));
  assert.ok(summary.startsWith('Write-ahead logs'));
  assert.ok(!summary.includes('Cats'));
});

test('sentences end at full stops, not in numbers; headings are not sentences', () => {
  const text = 'What a version is\n\nVersion 2.1 came out today. It took 0.5 seconds to start!\n';
  assert.deepEqual(splitSentences(text), [
    'Version 2.1 came out today.',
    'It took 0.5 seconds to start!',
  ]);
  assert.deepEqual(splitSentences('only a line of words'), ['only a line of words']);
});

test('joined tokens are the text', () => {
  const text = 'Some  words, a verylongwordthatissplit and\nlines.';
  assert.equal(splitTokens(text).join(''), text);
});

test('mentions are whole words in any case', () => {
  assert.equal(countMentions('High, high-level, highest, HIGH.', 'high'), 2);
});

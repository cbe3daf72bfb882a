import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBegunWords } from './begun-words.ts';

test('runs that are begun at once are told of in one word, later ones in the next', async () => {
  const words: (readonly string[])[] = [];
  let told = Promise.withResolvers<void>();
  const begun = createBegunWords((runIds) => {
    words.push(runIds);
    told.resolve();
  });
  begun('a');
  begun('b');
  assert.deepEqual(words, []);
  await told.promise;
  told = Promise.withResolvers();
  begun('c');
  await told.promise;
  assert.deepEqual(words, [['a', 'b'], ['c']]);
});

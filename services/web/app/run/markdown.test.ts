import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { markdownBlocks, partsOf, safeHref } from './markdown.ts';

test('a text becomes blocks, a list its items', () => {
  const blocks = markdownBlocks('# Title\n\nSome *words*.\n\n- one\n- two\n\n```js\ncode\n```')!;
  assert.deepEqual(pluck(blocks, 'type'), ['heading', 'paragraph', 'list', 'code']);
  assert.deepEqual(pluck(partsOf(blocks[2]!), 'type'), ['list_item', 'list_item']);
});

test('links never lead to scripts; very long texts stay plain', () => {
  assert.equal(safeHref('https://example.com'), 'https://example.com');
  for (const href of ['javascript:alert(1)', ' javascript:x', 'data:text/html,x', '/runs'])
    assert.equal(safeHref(href), null);
  assert.equal(markdownBlocks('a'.repeat(10_001)), null);
  assert.equal(markdownBlocks('>'.repeat(9_000)), null, 'so many levels');
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

import { queriesIn } from '@aio/query/runbooks';
import { alertOf, type RunbookBlock, runbookBlocks } from './runbook-blocks.ts';

const RUNBOOKS = resolve(import.meta.dirname, '../../../../observability/runbooks');
const KNOWN = ['heading', 'paragraph', 'text', 'list', 'list_item', 'code', 'table'];

function flat(blocks: readonly RunbookBlock[]): RunbookBlock[] {
  return blocks.flatMap((block) => [
    block,
    ...(block.kind === 'token' ? flat(block.children) : []),
  ]);
}

test('every block of every runbook is known, and queries have the API’s numbers', () => {
  for (const file of readdirSync(RUNBOOKS).filter((name) => name !== 'README.md')) {
    const markdown = readFileSync(join(RUNBOOKS, file), 'utf8');
    const blocks = flat(runbookBlocks(markdown));
    const queries = blocks.filter((block) => block.kind === 'query');
    const found = queries.map(({ number, promql }) => [
      number,
      promql.replaceAll(/\s+/g, ' ').trim(),
    ]);
    const expected = queriesIn(markdown).map((promql, index) => [index + 1, promql]);
    assert.deepEqual(found, expected, file);
    for (const block of blocks)
      if (block.kind === 'token') assert.ok(KNOWN.includes(block.token.type), block.token.type);
  }
});

test('links between runbooks lead to alerts', () => {
  assert.equal(alertOf('no-worker-up.md'), 'NoWorkerUp');
  assert.equal(alertOf('https://example.com/a.md'), null);
});

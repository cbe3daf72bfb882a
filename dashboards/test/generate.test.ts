import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { findDifferences, writeBoards } from '../board-files.ts';
import { GENERATED } from './generated-boards.ts';

let path = '';
let folder = GENERATED;

before(() => {
  path = mkdtempSync(join(tmpdir(), 'aio-boards-'));
  folder = pathToFileURL(`${path}/`);
});
beforeEach(() => cpSync(GENERATED, folder, { recursive: true }));
after(() => rmSync(path, { recursive: true }));

test('the committed files match the boards', () => {
  assert.deepEqual(findDifferences(GENERATED), []);
});

test('finds a changed byte, a missing file and an extra file', () => {
  const changed = new URL('aio-api.json', folder);
  writeFileSync(changed, readFileSync(changed, 'utf8').replace('"P99"', '"P98"'));
  rmSync(new URL('aio-llm.json', folder));
  writeFileSync(new URL('aio-old.json', folder), '{}');
  assert.deepEqual(findDifferences(folder), [
    { file: 'aio-llm.json', what: 'is missing' },
    { file: 'aio-api.json', what: 'is out of step' },
    { file: 'aio-old.json', what: 'belongs to no board' },
  ]);
  writeBoards(folder);
  assert.deepEqual(findDifferences(folder), []);
});

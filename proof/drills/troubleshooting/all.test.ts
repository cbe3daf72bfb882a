import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '@aio/tools/system/own-servers';
import { TROUBLES } from './all.ts';

test('the table in services/README.md has the rows of the drills, in their order', () => {
  const readme = readFileSync(join(PROJECT_ROOT, 'services/README.md'), 'utf8');
  assert.deepEqual(
    [...readme.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name),
    TROUBLES.map(({ name }) => name),
  );
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { TROUBLES } from '../drills/troubleshooting/all.ts';
import { testDrill } from '../testing/test-drill.ts';

const TABLE = join(resolve(import.meta.dirname, '../..'), 'services/README.md');
/** One of each kind: a server, the login service, the database's plans. */
const SHORT = ['database-down', 'login-service-down', 'slow-query'];

test('the table in services/README.md has the rows of the drills, in their order', () => {
  const rows = readFileSync(TABLE, 'utf8').matchAll(/^\| `([a-z-]+)`/gm);
  assert.deepEqual(
    [...rows].map(([, name]) => name),
    TROUBLES.map(({ name }) => name),
  );
});

describe('troubles', { concurrency: SHORT.length }, () => {
  for (const trouble of TROUBLES.filter(({ name }) => SHORT.includes(name)))
    test(`${trouble.name}: ${trouble.what}`, (t) => testDrill(t, trouble));
});

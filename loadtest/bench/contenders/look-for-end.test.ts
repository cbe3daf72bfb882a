import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { createTestDatabase } from '@aio/platform/testing/database';
import { openDatabase } from '../../lib/database.ts';
import { createLookForEnd } from './look-for-end.ts';

it('a run is seen to have ended when it has, and what is no run to be none', async (t) => {
  const { url } = await createTestDatabase(t);
  const db = openDatabase(url);
  t.after(() => db.end());
  const id = randomUUID();
  await db.query('create table things (id uuid primary key, ended_at timestamptz)');
  await db.query('insert into things values ($1)', [id]);
  const lookForEnd = createLookForEnd('select from things where id = $1 and ended_at is not null');
  const connection = await db.connect();
  try {
    assert.equal(await lookForEnd(connection, id), false);
    await db.query('update things set ended_at = now()');
    assert.equal(await lookForEnd(connection, id), true);
    assert.equal(await lookForEnd(connection, randomUUID()), false);
    await assert.rejects(lookForEnd(connection, 'nonsense'), { code: '22P02' });
    assert.equal(await lookForEnd(connection, id), true);
  } finally {
    connection.release();
  }
});

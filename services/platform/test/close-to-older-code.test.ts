import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from '../migrate.ts';
import { readMigrations } from '../migration-files.ts';
import { closeToOlderCode } from '../outputs/close-to-older-code.ts';
import { removeWorker, reportWorker } from '../queries/workers.ts';
import { createTestDatabase } from '../testing/database.ts';
import { updateWorker, workerReport } from './fixtures.ts';

test('older code starts until the first stored output, which waits until no older worker is left', async (t) => {
  const { pool } = await createTestDatabase(t);
  const before = (await readMigrations()).slice(0, 33);
  const startOlder = () => migrate(pool, { migrations: before });
  const [own, older] = [workerReport(), workerReport()];
  for (const worker of [own, older]) await reportWorker(pool, worker);
  await updateWorker(pool, older.id, 'reads_store = false');

  assert.deepEqual(await startOlder(), []);
  assert.equal(await closeToOlderCode(pool), false);
  assert.deepEqual(await startOlder(), [], 'one of it lives, so another may start');

  await removeWorker(pool, older.id);
  assert.equal(await closeToOlderCode(pool), true);
  await assert.rejects(startOlder(), { code: 'schema_mismatch', message: /too new for this code/ });
  assert.deepEqual(await migrate(pool), [], 'this code starts');
  assert.equal(await closeToOlderCode(pool), true);

  await reportWorker(pool, older);
  await updateWorker(
    pool,
    older.id,
    `reads_store = false, leased_until = now() - interval '1 second'`,
  );
  assert.equal(await closeToOlderCode(pool), true, 'it is dead');
});

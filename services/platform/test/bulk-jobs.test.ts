import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { claimBulkRuns, createBulkJob, getBulkJob, recordBulkRuns } from '../queries/bulk-jobs.ts';
import { deleteOldBulkJobs } from '../queries/delete-old-bulk-jobs.ts';
import { createTestDatabase } from '../testing/database.ts';
import { select } from './fixtures.ts';
import { pluck } from '../testing/pluck.ts';

test('deletes bulk jobs that ended long ago, with their results', async (t) => {
  const { pool } = await createTestDatabase(t);
  const create = (runs: number) =>
    createBulkJob(pool, {
      action: 'cancel',
      owner: 'local',
      onlyOwner: null,
      actor: {
        subject: 'local',
        name: 'Local',
        via: 'bearer',
        action: 'startBulk',
        address: null,
        traceId: null,
      },
      traceparent: null,
      runIds: Array.from({ length: runs }, () => uuidv7()),
    });
  const [first, second, recent] = [await create(2), await create(2), await create(1)];
  const worked = await claimBulkRuns(pool, 10);
  await recordBulkRuns(
    pool,
    worked.map((run) => ({ ...run, error: null })),
  );
  const open = await create(1);
  await select(
    pool,
    `update bulk_jobs set created_at = now() - interval '9 days',
       finished_at = case when id = any($1::uuid[]) then now() - interval '8 days' else finished_at end`,
    [first, second],
  );

  assert.equal(await deleteOldBulkJobs(pool, 1), 1);
  assert.equal(await getBulkJob(pool, first, null), null);
  assert.equal((await getBulkJob(pool, second, null))?.total, 2);
  assert.equal(await deleteOldBulkJobs(pool, 10), 1);
  assert.equal(await deleteOldBulkJobs(pool, 10), 0);
  const left = await select<{ job: string }>(
    pool,
    `select job_id as job from bulk_runs order by 1`,
  );
  assert.deepEqual(pluck(left, 'job'), [recent, open]);
});

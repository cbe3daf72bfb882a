import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import type { Pool } from '../postgres/pool.ts';
import { deleteOldRuns } from '../queries/delete-old-runs.ts';
import { cancelRun } from '../queries/runs/cancel-run.ts';
import { getRun } from '../queries/runs/get-run.ts';
import { listRuns } from '../queries/runs/list-runs.ts';
import { retryRun } from '../queries/runs/retry-run.ts';
import { createTestDatabase } from '../testing/database.ts';
import { RETRY } from '../testing/retry.ts';
import { postWorkflow, select, startRun, submissionOf, submitRun } from './fixtures.ts';

const DAY_MS = 86_400_000;
const KEPT = { keepMs: 30 * DAY_MS, limit: 1000 };
const daysAgo = (days: number) => uuidv7({ msecs: Date.now() - days * DAY_MS });

async function listIds(pool: Pool): Promise<string[]> {
  const { items } = await listRuns(pool, { limit: 10, cursor: null });
  return items.map(({ id }) => id);
}

/** Rows of a run in every table that has a run's id. */
async function countRows(pool: Pool, runId: string): Promise<Record<string, number>> {
  const tables = await select<{ name: string; key: string }>(
    pool,
    `select table_name as name, column_name as key from information_schema.columns
     where table_schema = 'public' and (column_name = 'run_id' or table_name = 'runs' and column_name = 'id')`,
  );
  const counts = await Promise.all(
    tables.map(async ({ name, key }) => {
      const rows = await select(pool, `select from ${name} where ${key} = $1`, runId);
      return [name, rows.length] as const;
    }),
  );
  return Object.fromEntries(counts.filter(([, rows]) => rows > 0));
}

test('runs past their retention are deleted with all their rows, once they have ended', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'kept');
  const failed = await startRun(pool, workflow, { id: daysAgo(40) });
  await failed.commit([{ step: 'only', status: 'failed' }], { status: 'failed' });
  const open = await submitRun(pool, submissionOf(workflow, { id: daysAgo(40) }));
  const retry = await retryRun(pool, { ...RETRY, runId: failed.runId, newId: uuidv7() });
  for (const runId of [failed.runId, retry.runId]) {
    for (const text of [
      `insert into approvals (id, run_id, step, owner, message) values (gen_random_uuid(), $1, 'ask', 'local', 'Go on?')`,
      `insert into event_waits (run_id, step, owner, name, key) values ($1, 'wait', 'local', 'n', 'k')`,
      `insert into run_messages (run_id, type, step, body) values ($1, 'event', 'wait', '{}')`,
      `insert into step_logs (run_id, step, iteration, attempt, lines) values ($1, 'only', -1, 1, '[]')`,
      `insert into step_attempts (run_id, step, iteration, attempt, status, error, started_at, finished_at, started_seq, finished_seq)
       values ($1, 'only', -1, 1, 'failed', '{}', now(), now(), 1, 2)`,
    ])
      await select(pool, text, runId);
  }
  const before = await countRows(pool, retry.runId);

  assert.equal(await deleteOldRuns(pool, { ...KEPT, keepMs: 50 * DAY_MS }), 0);
  assert.equal(await deleteOldRuns(pool, KEPT), 1, 'not the open one');
  assert.deepEqual(await listIds(pool), [retry.runId, open.runId]);
  assert.deepEqual(await countRows(pool, failed.runId), {});
  assert.deepEqual(await countRows(pool, retry.runId), before);
  const kept = await getRun(pool, retry.runId, { owner: null });
  assert.equal(kept?.retryOf, failed.runId, 'whose own page is gone');
  await assert.rejects(retryRun(pool, { ...RETRY, runId: failed.runId }), { code: 'not_found' });

  await cancelRun(pool, open.runId, { onlyOwner: null });
  assert.equal(await deleteOldRuns(pool, KEPT), 1);
  assert.deepEqual(await listIds(pool), [retry.runId]);
});

test('a child run stays until its parent knows of its end', async (t) => {
  const { pool } = await createTestDatabase(t);
  const child = await startRun(pool, await postWorkflow(pool, 'child'), { id: daysAgo(40) });
  await child.commit([{ step: 'only', status: 'succeeded' }], { status: 'succeeded' });
  const tell = (told: boolean) =>
    select(
      pool,
      'update runs set parent_run_id = gen_random_uuid(), parent_told = $2 where id = $1',
      child.runId,
      told,
    );
  await tell(false);
  assert.equal(await deleteOldRuns(pool, KEPT), 0);
  await tell(true);
  assert.equal(await deleteOldRuns(pool, KEPT), 1);
});

test('workers that delete at the same time delete each run once, the oldest first', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'many');
  const ids = [50, 45, 40, 35].map(daysAgo);
  for (const id of ids) {
    await submitRun(pool, submissionOf(workflow, { id }));
    await cancelRun(pool, id, { onlyOwner: null });
  }
  assert.equal(await deleteOldRuns(pool, { ...KEPT, limit: 1 }), 1);
  assert.deepEqual(await listIds(pool), ids.slice(1).toReversed());
  const counts = await Promise.all([1, 2, 3].map(() => deleteOldRuns(pool, KEPT)));
  assert.equal(
    counts.reduce((sum, count) => sum + count),
    3,
  );
});

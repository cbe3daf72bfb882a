import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { addPartitions, DAY_MS } from '../partitions/add-partitions.ts';
import { readPartitions } from '../partitions/read-partitions.ts';
import { type Archive, removePartitions } from '../partitions/remove-partitions.ts';
import { createPool, type Pool } from '../postgres/pool.ts';
import { cancelRun } from '../queries/runs/cancel-run.ts';
import { getRun } from '../queries/runs/get-run.ts';
import { listApprovals } from '../queries/waits/list-approvals.ts';
import { listRuns } from '../queries/runs/list-runs.ts';
import { retryRun } from '../queries/runs/retry-run.ts';
import { submitRun } from '../queries/runs/submit-runs.ts';
import { createTestDatabase } from '../testing/database.ts';
import { postWorkflow, select, startRun, submissionOf } from './fixtures.ts';
import { RETRY } from '../testing/retry.ts';
import { pluck } from '../testing/pluck.ts';

/** Pretends that it is this many days later: the first partition ends a week from now. */
const KEPT_MS = -9 * DAY_MS;
const nobody: Archive = async () => undefined;
const ANYBODY = { owner: null, outputs: false };

async function listIds(pool: Pool): Promise<string[]> {
  const { items } = await listRuns(pool, { limit: 10, cursor: null });
  return items.map(({ id }) => id);
}

test('drops a partition once its runs have ended, with all their rows; others stay', async (t) => {
  const { pool } = await createTestDatabase(t);
  await addPartitions(pool, 30 * DAY_MS);
  const workflow = await postWorkflow(pool, 'kept');
  const failed = await startRun(pool, workflow);
  await failed.commit([{ step: 'only', status: 'failed' }], { status: 'failed' });
  const open = await submitRun(pool, submissionOf(workflow));
  const id = uuidv7({ msecs: Date.now() + 10 * DAY_MS });
  const retry = await retryRun(pool, { ...RETRY, runId: failed.runId, newId: id });
  const asked = `
    insert into approvals (id, run_id, step, owner, message) values ($1, $2, 'ask', 'local', 'Go on?')`;
  const waits = `
    insert into event_waits (run_id, step, owner, name, key) values ($1, 'wait', 'local', 'n', 'k')`;
  for (const runId of [failed.runId, retry.runId]) {
    await select(pool, asked, uuidv7(), runId);
    await select(pool, waits, runId);
  }

  const none = await removePartitions(pool, { keepMs: 0, archive: nobody });
  assert.deepEqual(none, { removed: [], held: new Map() });
  const late = await removePartitions(pool, { keepMs: KEPT_MS, archive: nobody });
  assert.deepEqual(late?.held, new Map([['open_runs', 1]]));
  assert.deepEqual(await listIds(pool), [id, open.runId, failed.runId]);

  await cancelRun(pool, open.runId, { onlyOwner: null });
  const seen: Record<string, number | undefined> = {};
  const archive: Archive = async (set, tables) => {
    assert.equal(set, 'first');
    for (const table of tables) seen[table] = (await select(pool, `select from ${table}`)).length;
    assert.deepEqual(await listIds(pool), [id], 'queries do not see them');
  };
  const removal = await removePartitions(pool, { keepMs: KEPT_MS, archive });
  assert.deepEqual(removal, { removed: ['first'], held: new Map() });
  assert.deepEqual(seen, {
    runs_first: 2,
    steps_first: 2,
    step_attempts_first: 0,
    step_logs_first: 0,
    run_texts_first: 0,
    approvals_first: 1,
  });
  const left = await select(pool, `select relname from pg_class where relname ~ '_first$'`);
  assert.deepEqual(left, []);

  const kept = await getRun(pool, id, ANYBODY);
  assert.equal(kept?.retryOf, failed.runId, 'whose own page is gone');
  assert.equal(await getRun(pool, failed.runId, ANYBODY), null);
  const page = { limit: 10, cursor: null };
  const approvals = await listApprovals(pool, { viewer: null, status: null, ...page });
  assert.deepEqual(pluck(approvals.items, 'runId'), [id]);
  assert.equal((await select(pool, 'select from event_waits')).length, 1);
  await assert.rejects(retryRun(pool, { ...RETRY, runId: failed.runId }), { code: 'not_found' });
});

test('a long statement holds a partition, and blocks no other statement', async (t) => {
  const { pool, url } = await createTestDatabase(t);
  await addPartitions(pool, 30 * DAY_MS);
  const workflow = await postWorkflow(pool, 'read');
  const run = await submitRun(pool, submissionOf(workflow));
  await cancelRun(pool, run.runId, { onlyOwner: null });
  const hurry = { applicationName: 'hasty', statementTimeoutMs: 2000 };
  const hasty = createPool({ databaseUrl: url, ...hurry });
  t.after(() => hasty.close());
  const reader = await pool.connect();
  await reader.query({ name: 'begin', text: 'begin isolation level repeatable read' });
  await reader.query({ name: 'read', text: 'select count(*) from runs' });

  const remove = (db: Pool) => removePartitions(db, { keepMs: KEPT_MS, archive: nobody });
  let isOver = false;
  const over = remove(hasty).finally(() => (isOver = true));
  let answered = 0;
  while (!isOver) {
    const id = uuidv7({ msecs: Date.now() + 10 * DAY_MS });
    await submitRun(hasty, submissionOf(workflow, { id }));
    await listRuns(hasty, { limit: 1, cursor: null });
    answered += 1;
  }
  assert.deepEqual((await over)?.held, new Map([['in_use', 1]]));
  // Statements that queue behind it would wait for its end.
  assert.ok(answered > 3, `${answered} answers meanwhile`);
  assert.equal(await getRun(pool, run.runId, ANYBODY), null, 'new statements do not see it');
  const old = await reader.query({ name: 'read-again', text: 'select id from runs' });
  assert.equal(old.rows.length, 1, 'the old one does');

  await reader.query({ name: 'commit', text: 'commit' });
  reader.release();
  assert.deepEqual((await remove(pool))?.removed, ['first']);
});

test('detached tables stay until they are archived', async (t) => {
  const { pool } = await createTestDatabase(t);
  await addPartitions(pool, 30 * DAY_MS);
  const run = await submitRun(pool, submissionOf(await postWorkflow(pool, 'archived')));
  await cancelRun(pool, run.runId, { onlyOwner: null });
  const full = async () => Promise.reject(new Error('no room'));
  const remove = (archive: Archive) => removePartitions(pool, { keepMs: KEPT_MS, archive });
  for (let times = 0; times < 2; times++)
    assert.deepEqual((await remove(full))?.held, new Map([['not_archived', 1]]));
  assert.equal((await select(pool, 'select id from runs_first')).length, 1);
  assert.deepEqual(await listIds(pool), []);

  let calls = 0;
  const count: Archive = async () => void calls++;
  const removals = await Promise.all([remove(count), remove(count), remove(count)]);
  const removed = removals.flatMap((removal) => removal?.removed ?? []);
  assert.deepEqual(removed, ['first']);
  assert.equal(calls, 1);
  assert.ok(!(await readPartitions(pool)).some(({ name }) => name === 'first'));
});

import { createTestDatabase } from '@aio/platform/testing/database';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { listBreaches, startAudit } from '../oracles/audit.ts';
import { openDatabase } from '@aio/tools/system/database';
import { compareEffects, countDoubledRows, findLostRuns } from '../oracles/oracles.ts';
import { chain, toNoOpWorkflow } from '@aio/loadtest/workflows/shapes';
import { findEarlyStarts, findStepsNotDoneOnce, findWrongEnds } from '../oracles/step-order.ts';
import { measureWaits } from '../oracles/measure-waits.ts';
import { storeRun } from '../testing/stored-run.ts';

const { steps } = toNoOpWorkflow('two', chain(2));
const RIGHT = [
  { step: 's0', startedAt: 0, finishedAt: 1 },
  { step: 's1', readyAt: 1, startedAt: 1, finishedAt: 2 },
];

async function open(t: TestContext) {
  const { url } = await createTestDatabase(t);
  const db = openDatabase(url);
  t.after(() => db.end());
  return db;
}

test('a correct run satisfies every oracle', async (t) => {
  const db = await open(t);
  const run = await storeRun(db, { steps, stored: RIGHT });
  assert.deepEqual(await findLostRuns(db, [run]), []);
  assert.equal(await countDoubledRows(db), 0);
  assert.deepEqual(await findEarlyStarts(db, [run]), []);
  assert.deepEqual(await findStepsNotDoneOnce(db, [run]), []);
});

test('LOST: unfinished runs and missing runs', async (t) => {
  const db = await open(t);
  const done = await storeRun(db, { steps, stored: RIGHT });
  const open_ = await storeRun(db, { steps, stored: [], status: 'running' });
  const missing = randomUUID();
  assert.deepEqual(
    new Set(await findLostRuns(db, [done, open_, missing])),
    new Set([open_, missing]),
  );
});

test('finds a step that started before its parent ended, in any attempt', async (t) => {
  const db = await open(t);
  const stored = [{ step: 's0' }, { step: 's1', startedAt: 0.5, finishedAt: 2 }];
  const early = await storeRun(db, { steps, stored });
  const again = await storeRun(db, { steps, stored: RIGHT });
  await db.query(
    `insert into step_attempts (run_id, step, iteration, attempt, status, error, started_at, finished_at, started_seq, finished_seq)
     values ($1, 's1', -1, 1, 'worker_lost', '{}', '2026-01-01T00:00:00.5Z', now(), 1, 2)`,
    [again],
  );
  const fault = 'started before s0 ended';
  assert.deepEqual(await findEarlyStarts(db, [early]), [{ runId: early, step: 's1', fault }]);
  assert.deepEqual(await findEarlyStarts(db, [again]), [{ runId: again, step: 's1', fault }]);
});

test('finds steps without a row, without success, with a second attempt, or unknown', async (t) => {
  const db = await open(t);
  const cases: [Parameters<typeof storeRun>[1]['stored'], string][] = [
    [[{ step: 's0' }], '0 rows'],
    [[{ step: 's0' }, { step: 's1', status: 'failed' }], 'failed'],
    [[{ step: 's0' }, { step: 's1', attempt: 2 }], 'attempt 2'],
  ];
  for (const [stored, fault] of cases) {
    const run = await storeRun(db, { steps, stored });
    assert.deepEqual(await findStepsNotDoneOnce(db, [run]), [{ runId: run, step: 's1', fault }]);
  }
  const run = await storeRun(db, { steps, stored: [...RIGHT, { step: 'stranger' }] });
  const [found] = await findStepsNotDoneOnce(db, [run]);
  assert.deepEqual(found, { runId: run, step: 'stranger', fault: 'not in the definition' });
});

test('FX: finds more calls than recorded attempts', async (t) => {
  const db = await open(t);
  const stored = [{ step: 's0', attempt: 2 }, { step: 's1' }];
  const run = await storeRun(db, { steps, stored });
  const calls = (first: number, second: number) => ({
    byKey: { [`${run}-s0--1`]: first, [`${run}-s1--1`]: second },
  });
  assert.deepEqual(await compareEffects(db, calls(2, 1)), { most: 2, uncovered: [] });
  assert.deepEqual(await compareEffects(db, calls(1, 2)), { most: 2, uncovered: [`${run}-s1--1`] });
  const strange = { byKey: { 'no-such-run': 1 } };
  assert.deepEqual(await compareEffects(db, strange), { most: 1, uncovered: ['no-such-run'] });
});

test('STUCK: the longest wait, also of a step that never started', async (t) => {
  const db = await open(t);
  await storeRun(db, { steps, stored: [{ step: 's0', readyAt: 1, startedAt: 5, finishedAt: 6 }] });
  assert.equal((await measureWaits(db)).readyStepMs, 4000);
  const waiting = { step: 's0', status: 'ready', startedAt: null, finishedAt: null };
  await storeRun(db, { steps, stored: [waiting], status: 'running' });
  assert.ok((await measureWaits(db)).readyStepMs > 3_600_000);
});

test('compares a finished run with its prediction', async (t) => {
  const db = await open(t);
  const run = await storeRun(db, { steps, stored: RIGHT });
  const expected = {
    status: 'succeeded' as const,
    steps: new Map([
      ['s0', 'succeeded' as const],
      ['s1', 'succeeded' as const],
    ]),
    items: new Map<string, number>(),
  };
  assert.deepEqual(await findWrongEnds(db, run, expected), []);
  const other = { ...expected, steps: new Map(expected.steps).set('s1', 'skipped' as never) };
  assert.deepEqual(await findWrongEnds(db, run, other), [
    { runId: run, step: 's1', fault: 'is succeeded, not skipped' },
  ]);
});

test('DUP: the audit sees overwritten results and writes past the fence', async (t) => {
  const db = await open(t);
  const [holder, stale] = [randomUUID(), randomUUID()];
  const run = await storeRun(db, { steps, stored: RIGHT, status: 'running', workerId: holder });
  await startAudit(db);

  await db.query(
    `with fence as (update runs set epoch = 2 where id = $1)
    insert into steps (run_id, step, iteration, kind, status, worker_id)
    values ($1, 'item', 0, 'transform', 'running', $2)`,
    [run, holder],
  );
  assert.deepEqual(await listBreaches(db), []);

  await db.query(
    `with fence as (update runs set changes = changes + 1 where id = $1)
    update steps set status = 'succeeded', worker_id = $2 where run_id = $1 and step = 'item'`,
    [run, stale],
  );
  await db.query(`update steps set output = '1' where run_id = $1 and step = 's0'`, [run]);
  await db.query('update runs set epoch = 1 where id = $1', [run]);
  const rules = (await listBreaches(db)).map((breach) => breach.rule);
  assert.deepEqual(rules, [
    'written_by_stale_worker',
    'result_recorded_twice',
    'written_without_fence',
    'epoch_went_back',
  ]);
});

test('DUP: the audit sees a worker write to a run that it has lost', async (t) => {
  const db = await open(t);
  const [holder, stale] = [randomUUID(), randomUUID()];
  const run = await storeRun(db, { steps, stored: [], status: 'running', workerId: stale });
  await startAudit(db);

  await db.query('update runs set epoch = 2, worker_id = $2 where id = $1', [run, holder]);
  await db.query('update runs set worker_id = null where id = $1', [run]);
  await db.query('update runs set worker_id = $2 where id = $1', [run, holder]);
  assert.deepEqual(await listBreaches(db), []);

  await db.query('update runs set worker_id = $2 where id = $1', [run, stale]);
  assert.deepEqual(
    (await listBreaches(db)).map((breach) => breach.rule),
    ['written_by_stale_worker'],
  );
});

test('the audit lets the holder of a run commit the success of its own executor', async (t) => {
  const db = await open(t);
  const [holder, other] = [randomUUID(), randomUUID()];
  const run = await storeRun(db, { steps, stored: [], status: 'running' });
  await startAudit(db);
  await db.query('update runs set epoch = 2, worker_id = $2 where id = $1', [run, holder]);
  for (const [step, executor] of [
    ['s0', holder],
    ['s1', other],
  ]) {
    await db.query(
      `with fence as (update runs set changes = changes + 1 where id = $1)
      insert into steps (run_id, step, iteration, kind, lane, status, attempt, worker_id)
      values ($1, $2, -1, 'http', 'http', 'running', 1, $3)`,
      [run, step, executor],
    );
    await db.query(
      `with fence as (update runs set changes = changes + 1 where id = $1)
      update steps set status = 'succeeded', output = '1' where run_id = $1 and step = $2`,
      [run, step],
    );
  }
  assert.deepEqual(
    (await listBreaches(db)).map(({ rule, step }) => [rule, step]),
    [['succeeded_without_result', 's1']],
  );
});

test('DUP: the audit sees other workers write to the attempt of an executor', async (t) => {
  const db = await open(t);
  const [orchestrator, executor, other] = [randomUUID(), randomUUID(), randomUUID()];
  const run = await storeRun(db, { steps, stored: [], status: 'running' });
  await db.query(
    `insert into workers (id, host, pid, version, kinds, slots, slots_used, runs_held, state, lanes)
     values ($1, 'h', 1, 'v', '{}', 1, 0, 1, 'running', '{"http": 1}')`,
    [orchestrator],
  );
  await startAudit(db);
  const write = (set: string, where = '') =>
    db.query(
      `with fence as (update runs set changes = changes + 1 where id = $1)
      update steps set ${set} where run_id = $1 and step = 's0' ${where}`,
      [run],
    );
  const rules = async () => (await listBreaches(db)).map((breach) => breach.rule);
  const ended = (output: number) =>
    `attempt_ended_at = '2026-01-01T00:00:01Z', result = '{"type": "succeeded"}', output = '${output}'`;

  await db.query('update runs set epoch = 2, worker_id = $2 where id = $1', [run, orchestrator]);
  await db.query(
    `with fence as (update runs set changes = changes + 1 where id = $1)
    insert into steps (run_id, step, iteration, kind, lane, status) values ($1, 's0', -1, 'http', 'http', 'ready')`,
    [run],
  );
  // The step's row decides who starts its attempt. The run's row is not needed.
  await db.query(
    `update steps set status = 'running', attempt = 1, worker_id = $2 where run_id = $1`,
    [run, executor],
  );
  await write(ended(1));
  await write(`started_seq = 7`);
  assert.deepEqual(await rules(), []);

  await write(ended(2));
  await write(`worker_id = '${other}'`);
  await write(`attempt_ended_at = null, result = null`);
  await write(`status = 'succeeded'`);
  assert.deepEqual(await rules(), [
    'result_recorded_twice',
    'written_by_stale_worker',
    'result_recorded_twice',
    'succeeded_without_result',
  ]);
});

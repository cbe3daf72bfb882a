import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  GRID_RUNS,
  MOST_GRID_STEPS,
  readWorkflowGrid,
} from '../queries/workflows/workflow-grid.ts';
import { readWorkflowStatistics } from '../queries/workflows/workflow-statistics.ts';
import { createTestDatabase } from '../testing/database.ts';
import { pluck } from '../testing/pluck.ts';
import {
  explainQueries,
  postWorkflow,
  select,
  startRun,
  submissionOf,
  submitRun,
  updateRun,
} from './fixtures.ts';

test('the steps of the last runs of a workflow', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'drawn', {
    ask: { type: 'llm' },
    each: { type: 'map', needs: ['ask'] },
  });
  const other = await postWorkflow(pool, 'other');
  const scope = { workflowId: workflow.workflowId, owner: null };
  const run = await startRun(pool, workflow);
  const atMs = Date.now();
  const times = { readyAt: atMs, startedAt: atMs + 10, finishedAt: atMs + 100 };
  await run.commit([
    { step: 'ask', kind: 'llm', status: 'succeeded', attempt: 2, ...times },
    { step: 'each', kind: 'map', status: 'running', attempt: 1, readyAt: atMs, startedAt: atMs },
    { step: 'each', kind: 'http', iteration: 0, status: 'succeeded', ...times },
    { step: 'each', kind: 'http', iteration: 1, status: 'failed', ...times },
    { step: 'late', kind: 'http', status: 'skipped', ...times },
  ]);
  await select(
    pool,
    `insert into step_attempts (run_id, step, iteration, attempt, status, error, ready_at, started_at,
                                finished_at, started_seq, finished_seq)
     select run_id, step, iteration, 1, 'failed', '{"code":"x","message":"y"}', ready_at - interval '1 second',
       started_at, finished_at, 1, 2
     from steps where run_id = $1 and step = 'ask'`,
    run.runId,
  );
  const newest = await submitRun(pool, submissionOf(workflow));

  await t.test(
    'newest first; a map is one cell; a step counts from its first attempt',
    async () => {
      const runs = await readWorkflowGrid(pool, scope);
      assert.deepEqual(pluck(runs, 'id', 'status', 'version'), [
        [newest.runId, 'queued', 1],
        [run.runId, 'running', 1],
      ]);
      assert.deepEqual(runs[0]!.cells, []);
      assert.deepEqual(pluck(runs[1]!.cells, 'step', 'status', 'durationMs').toSorted(), [
        ['ask', 'succeeded', 1100],
        ['each', 'failed', null],
        ['late', 'skipped', null],
      ]);
    },
  );

  await t.test('only of an owner', async () => {
    assert.deepEqual(await readWorkflowGrid(pool, { ...scope, owner: 'else' }), []);
  });

  await t.test('at most 100 steps that the latest version lacks', async () => {
    const { pool: db } = await createTestDatabase(t);
    const changed = await postWorkflow(db, 'changed', { ask: { type: 'llm' } });
    const { runId } = await startRun(db, changed);
    await select(
      db,
      `insert into steps (run_id, step, kind, status, attempt, started_at)
       select $1, step, 'llm', 'succeeded', 1, now()
       from (select 'ask' as step union all select 'old' || n from generate_series(1, 300) n) steps`,
      runId,
    );
    await updateRun(db, runId, `status = 'succeeded', finished_at = created_at`);
    const of = { workflowId: changed.workflowId, owner: null };
    const [run] = await readWorkflowGrid(db, of);
    const { steps } = await readWorkflowStatistics(db, { ...of, lastRuns: 50 });
    for (const shown of [run!.cells, steps]) {
      assert.equal(shown.length, 101);
      assert.ok(shown.some(({ step }) => step === 'ask'));
    }
  });

  await t.test('fewer runs if they have many steps', async () => {
    await updateRun(pool, newest.runId, `steps_total = ${MOST_GRID_STEPS}`);
    const runs = await readWorkflowGrid(pool, scope);
    assert.deepEqual(pluck(runs, 'id'), [newest.runId]);
  });

  await t.test('looks up the steps of these runs only', async () => {
    await select(
      pool,
      `with run as (
         insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, steps_total, status)
         select overlay(gen_random_uuid()::text placing '019a0000-0000-7' from 1 for 15)::uuid, $1, $2, 'other',
           'local', '{}', 1, 'succeeded'
         from generate_series(1, 20000)
         returning id
       )
       insert into steps (run_id, step, kind, status) select id, 'only', 'http', 'succeeded' from run`,
      other.workflowId,
      other.id,
    );
    for (const table of ['runs', 'steps']) await select(pool, `analyze ${table}`);
    const { explaining, plans } = explainQueries(pool);
    await readWorkflowGrid(explaining, scope);
    assert.equal(plans.length, 1);
    assert.doesNotMatch(plans[0]!, /Seq Scan on (runs|steps|step_attempts)/);
    const runs = await readWorkflowGrid(pool, { workflowId: other.workflowId, owner: null });
    assert.equal(runs.length, GRID_RUNS);
  });
});

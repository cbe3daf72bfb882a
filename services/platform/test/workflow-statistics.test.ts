import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listRuns } from '../queries/runs/list-runs.ts';
import { listWorkflows } from '../queries/workflows/list-workflows.ts';
import { readWorkflowStatistics } from '../queries/workflows/workflow-statistics.ts';
import { createTestDatabase } from '../testing/database.ts';
import {
  explainQueries,
  postWorkflow,
  select,
  startRun,
  submissionOf,
  submitRun,
  updateRun,
} from './fixtures.ts';
import { pluck } from '../testing/pluck.ts';

const USAGE = '{"inputTokens":5,"outputTokens":7,"costUsd":0.5}';

test('statistics of the last runs of a workflow', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'counted', {
    ask: { type: 'llm' },
    each: { type: 'map', needs: ['ask'] },
  });
  const empty = await postWorkflow(pool, 'never-run');
  const scope = { workflowId: workflow.workflowId, owner: null };

  /** A run whose step took this long, a tenth of it queued; a second item failed. */
  async function listOnly(...ids: string[]) {
    const { items } = await listRuns(pool, { limit: 100, cursor: null });
    return items.filter(({ id }) => ids.includes(id));
  }

  async function finish(ms: number, status: 'succeeded' | 'failed'): Promise<string> {
    const run = await startRun(pool, workflow);
    const beganMs = Date.now();
    const times = { readyAt: beganMs, startedAt: beganMs + ms / 10, finishedAt: beganMs + ms };
    await run.commit(
      [
        { step: 'ask', kind: 'llm', status: 'succeeded', usage: USAGE, attempt: 2, ...times },
        { step: 'each', kind: 'map', status, ...times },
        { step: 'each', kind: 'http', iteration: 0, status: 'succeeded', ...times },
        { step: 'each', kind: 'http', iteration: 1, status: 'failed', ...times },
      ],
      { status },
    );
    await select(
      pool,
      `insert into step_attempts (run_id, step, iteration, attempt, status, error, usage, ready_at, started_at,
                                  finished_at, started_seq, finished_seq)
       select run_id, step, iteration, 1, 'failed', '{"code":"x","message":"y"}', usage, ready_at, started_at,
         finished_at, 1, 2
       from steps where run_id = $1 and step = 'ask'`,
      run.runId,
    );
    await select(
      pool,
      `update runs set started_at = created_at, finished_at = created_at + $2 * interval '1 ms' where id = $1`,
      run.runId,
      ms,
    );
    return run.runId;
  }

  const rejected = await startRun(pool, workflow);
  await updateRun(
    pool,
    rejected.runId,
    `status = 'failed', error = '{"code":"rejected"}', finished_at = created_at + interval '1 day'`,
  );
  for (const ms of [1000, 2000, 3000]) await finish(ms, 'succeeded');
  const failed = await finish(4000, 'failed');
  const cancelled = await startRun(pool, workflow);
  await updateRun(
    pool,
    cancelled.runId,
    `status = 'cancelled', finished_at = created_at + interval '1 day'`,
  );
  const open = await submitRun(pool, submissionOf(workflow));

  await t.test('of the workflow: ends, durations, costs, days', async () => {
    const {
      steps: _steps,
      runsPerDay,
      ...figures
    } = await readWorkflowStatistics(pool, { ...scope, lastRuns: 50 });
    const { lastRun, ...rest } = figures;
    assert.deepEqual(rest, {
      runs: 6,
      succeeded: 3,
      failed: 1,
      rejected: 1,
      cancelled: 1,
      durationMs: { p50: 2500, p95: 3850 },
      queueMs: { p50: 0, p95: rest.queueMs.p95 },
      costUsdPerRun: 0.5,
      unpricedCalls: 0,
    });
    assert.deepEqual([lastRun?.id, lastRun?.status], [open.runId, 'queued']);
    assert.equal(runsPerDay.length, 14);
    assert.equal(runsPerDay.at(-1)!.runs + runsPerDay.at(-2)!.runs, 7);
  });

  await t.test('of each step and of items: times, attempts, failures, cost', async () => {
    const { steps } = await readWorkflowStatistics(pool, { ...scope, lastRuns: 50 });
    const [ask, each, items] = steps;
    assert.deepEqual(ask, {
      step: 'ask',
      ofItems: false,
      kind: 'llm',
      executions: 4,
      attempts: 8,
      failures: 0,
      queueMs: { p50: 250, p95: 400 },
      executionMs: { p50: 2250, p95: 3600 },
      costUsd: 4,
      unpricedCalls: 0,
    });
    assert.deepEqual([each?.ofItems, each?.failures, each?.executions], [false, 1, 4]);
    assert.deepEqual(
      [items?.ofItems, items?.kind, items?.executions, items?.failures],
      [true, 'http', 8, 4],
    );
  });

  await t.test('only of the last runs, and only of an owner', async () => {
    const last = await readWorkflowStatistics(pool, { ...scope, lastRuns: 2 });
    assert.deepEqual([last.runs, last.cancelled, last.failed], [2, 1, 1]);
    const others = await readWorkflowStatistics(pool, { ...scope, owner: 'else', lastRuns: 50 });
    assert.deepEqual([others.runs, others.steps.length, others.lastRun], [0, 0, null]);
    assert.equal(others.durationMs.p50, null);
    assert.equal(others.runsPerDay.at(-1)!.runs, 0);
  });

  await t.test('a list of workflows has the same figures, in one statement', async () => {
    const { items } = await listWorkflows(pool, { owner: null, limit: 10, cursor: null });
    const [never, counted] = items;
    assert.deepEqual(
      [never?.id, never?.lastRun, never?.p95DurationMs, never?.succeeded],
      [empty.workflowId, null, null, 0],
    );
    assert.deepEqual(
      [counted?.lastRun?.id, counted?.succeeded, counted?.failed, counted?.p95DurationMs],
      [open.runId, 3, 1, 3850],
    );
    assert.equal(counted!.runsPerDay.at(-1)!.runs + counted!.runsPerDay.at(-2)!.runs, 7);
  });

  await t.test('the cost of a run includes the runs below it, as in the list of runs', async () => {
    const outer = await postWorkflow(pool, 'outer', { child: { type: 'workflow' } });
    const ids = [];
    for (const cost of [0.25, null, 2, 3]) {
      const { runId } = await submitRun(pool, submissionOf(outer));
      await updateRun(
        pool,
        runId,
        `cost = ${cost}, unpriced_calls = 1, status = 'succeeded', finished_at = now()`,
      );
      ids.push(runId);
    }
    const [first, alone, child, grandchild] = ids;
    for (const [id, parent] of [
      [child, first],
      [grandchild, child],
    ])
      await updateRun(pool, id!, `parent_run_id = '${parent}', workflow_id = gen_random_uuid()`);
    const { costUsdPerRun, unpricedCalls, runs } = await readWorkflowStatistics(pool, {
      workflowId: outer.workflowId,
      owner: null,
      lastRuns: 50,
    });
    assert.deepEqual([runs, costUsdPerRun, unpricedCalls], [2, 5.25, 4]);
    const items = await listOnly(first!, alone!);
    assert.deepEqual(
      items.map(({ costUsd, children }) => [costUsd, children.costUsd]),
      [
        [null, 0],
        [0.25, 5],
      ],
    );
  });

  await t.test('a list of runs has the cost and input of each', async () => {
    const items = await listOnly(failed, open.runId);
    assert.deepEqual(pluck(items, 'costUsd', 'inputStart', 'startedBy'), [
      [null, '{"n":1}', { who: 'local', via: null }],
      [0.5, '{"n":1}', { who: 'local', via: null }],
    ]);
  });

  await t.test('uses indexes, whatever the number of runs', async () => {
    await select(
      pool,
      `with run as (
         insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, steps_total, status,
                           created_at, started_at, finished_at)
         select overlay(gen_random_uuid()::text placing '019a0000-0000-7' from 1 for 15)::uuid, $1, $2, 'other', 'local', '{}', 1, 'succeeded', now(), now(), now()
         from generate_series(1, 20000)
         returning id
       ), step as (
         insert into steps (run_id, step, kind, status, attempt, started_at)
         select id, 'only', 'http', 'succeeded', 2, now() from run
       )
       insert into step_attempts (run_id, step, iteration, attempt, status, error, started_at, finished_at,
                                  started_seq, finished_seq)
       select id, 'only', -1, 1, 'failed', '{}', now(), now(), 1, 2 from run`,
      empty.workflowId,
      empty.id,
    );
    for (const table of ['runs', 'steps', 'step_attempts']) await select(pool, `analyze ${table}`);
    const { explaining, plans } = explainQueries(pool);
    await readWorkflowStatistics(explaining, { ...scope, lastRuns: 50 }).catch(() => undefined);
    assert.equal(plans.length, 4);
    for (const plan of plans) assert.doesNotMatch(plan, /Seq Scan on (runs|steps|step_attempts)/);
  });
});

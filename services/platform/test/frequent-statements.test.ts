import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSteps } from '../queries/engine/load-run.ts';
import { findReadySteps, findWantedRuns } from '../queries/engine/wanted.ts';
import { listRuns } from '../queries/runs/list-runs.ts';
import { createTestDatabase } from '../testing/database.ts';
import { explainQueries, postWorkflow, select } from './fixtures.ts';

test('statements that are asked again and again read no whole table', async (t) => {
  const { pool } = await createTestDatabase(t);
  const { id, workflowId } = await postWorkflow(pool, 'many');
  await select(
    pool,
    `with run as (
       insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, steps_total, status, finished_at, labels)
       select overlay(gen_random_uuid()::text placing '019a0000-0000-7' from 1 for 15)::uuid, $1, $2, 'many',
         'local', '{}', 1, 'succeeded', now(), jsonb_build_object('customer', n::text, 'stage', 'live')
       from generate_series(1, 20000) n
       returning id
     )
     insert into steps (run_id, step, kind, lane, status) select id, 'only', 'http', 'http', 'succeeded' from run`,
    workflowId,
    id,
  );
  for (const table of ['runs', 'steps']) await select(pool, `analyze ${table}`);
  const [run] = await select<{ id: string }>(pool, 'select id from runs limit 1');
  const { explaining, plans } = explainQueries(pool);
  const olderThan = { olderThanMs: 2000, limit: 1000, after: null };
  await findWantedRuns(explaining, { which: 'due', ...olderThan });
  await findWantedRuns(explaining, { which: 'queued', ...olderThan });
  await findReadySteps(explaining, { lane: 'http', ...olderThan });
  await loadSteps(explaining, run!.id);
  await listRuns(explaining, { limit: 50, cursor: null });
  await listRuns(explaining, { limit: 50, cursor: null, labels: { stage: 'live' } });
  assert.ok(!plans.some((plan) => plan.includes('runs_labels')), 'every run has this label');
  await listRuns(explaining, { limit: 50, cursor: null, labels: { customer: '7' } });
  assert.ok(plans.some((plan) => plan.includes('runs_labels')));
  assert.ok(plans.length >= 5);
  for (const plan of plans) assert.doesNotMatch(plan, /Seq Scan on (runs|steps|step_attempts)/);
});

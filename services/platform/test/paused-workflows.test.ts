import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { countJobRows } from '../queries/queues/count-job-rows.ts';
import { releaseRuns } from '../queries/engine/leases.ts';
import { findWantedRuns } from '../queries/engine/wanted.ts';
import { getWorkflowVersion } from '../queries/workflows/get-workflow-version.ts';
import { readLanes } from '../queries/queues/lane-facts.ts';
import { readLaneDepths } from '../queries/queues/lanes.ts';
import {
  pauseWorkflow,
  readPausedRuns,
  resumeWorkflow,
} from '../queries/workflows/paused-workflows.ts';
import { countStuckRuns } from '../queries/queues/stuck-runs.ts';
import { createTestDatabase } from '../testing/database.ts';
import {
  claimRun,
  explainQueries,
  postWorkflow,
  select,
  selectOne,
  startRun,
  submissionOf,
  submitRun,
  updateRun,
} from './fixtures.ts';

test('a paused workflow', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'paused');
  const other = await postWorkflow(pool, 'other');
  const begun = await startRun(pool, workflow);
  await pauseWorkflow(pool, 'paused', 'The vendor is down.');
  const { runId } = await submitRun(pool, submissionOf(workflow));
  const { runId: otherId } = await submitRun(pool, submissionOf(other));
  const claim = async (id: string) => (await claimRun(pool, id, uuidv7()))?.id;
  const queued = async () => {
    const look = { which: 'queued', olderThanMs: 0, limit: 9, after: null } as const;
    return (await findWantedRuns(pool, look)).map((run) => run.runId);
  };
  const readDefault = async () => {
    const depths = await readLaneDepths(pool);
    const rows = await countJobRows(pool);
    return {
      queuedRuns: depths.find(({ name }) => name === 'default')?.queuedRuns,
      waiting: rows.find(({ lane }) => lane === 'default')?.waiting,
    };
  };

  await t.test('has its time and reason; pausing it again changes nothing', async () => {
    const read = async () => (await getWorkflowVersion(pool, { name: 'paused', owner: null }))!;
    const { pausedAt, pauseReason } = await read();
    assert.ok(pausedAt);
    assert.equal(pauseReason, 'The vendor is down.');
    assert.equal(await pauseWorkflow(pool, 'paused', 'Another reason.'), true);
    const again = await read();
    assert.deepEqual([again.pausedAt, again.pauseReason], [pausedAt, pauseReason]);
    assert.equal(await pauseWorkflow(pool, 'nothing', null), false);
  });

  await t.test('workers claim none of its new runs, which are not backlog', async () => {
    assert.deepEqual(await queued(), [otherId], 'the reconciler sends no job of it');
    assert.equal(await claim(runId), undefined);
    assert.deepEqual(await readDefault(), { queuedRuns: 1, waiting: 1 });
    const lanes = await readLanes(pool, ['default']);
    assert.equal(lanes.get('default')!.positionOfRun(otherId), 0, 'nor is it before others');
    const waiting = await readPausedRuns(pool, [runId, otherId]);
    assert.deepEqual([...waiting.keys()], [runId], 'what its run waits for');
  });

  await t.test('is not stuck, however long its runs wait', async () => {
    await updateRun(pool, runId, `wanted_at = now() - interval '61 s'`);
    assert.equal((await countStuckRuns(pool)).unclaimed, 0);
  });

  await t.test('continues started runs', async () => {
    await releaseRuns(pool, [begun]);
    assert.equal(await claim(begun.runId), begun.runId);
  });

  await t.test('starts its runs when resumed, with their remaining time', async () => {
    const hoursLeft = async () => {
      const text = `
        select round(extract(epoch from deadline_at - now()) / 3600)::int as hours
        from runs where id = $1`;
      return (await selectOne<{ hours: number }>(pool, text, runId)).hours;
    };
    await updateRun(
      pool,
      runId,
      `created_at = now() - interval '9 h', deadline_at = now() - interval '1 h'`,
    );
    await select(
      pool,
      `update workflows set paused_at = now() - interval '2 h' where name = 'paused'`,
    );
    await resumeWorkflow(pool, 'paused');
    assert.equal(await hoursLeft(), 1, 'it had an hour left when the workflow was paused');
    assert.deepEqual(await queued(), [runId, otherId]);
    assert.deepEqual(await readDefault(), { queuedRuns: 2, waiting: 2 });
    assert.equal(await claim(runId), runId);
    const resumed = await getWorkflowVersion(pool, { name: 'paused', owner: null });
    assert.deepEqual([resumed?.pausedAt, resumed?.pauseReason], [null, null]);
  });

  await t.test('is looked up by its key when a worker claims runs', async () => {
    await select(
      pool,
      `insert into workflows (id, name, owner, latest_version)
       select gen_random_uuid(), 'many-' || n, 'local', 1 from generate_series(1, 20000) n`,
    );
    await select(pool, 'analyze workflows');
    const { explaining, plans } = explainQueries(pool);
    await claimRun(explaining, runId, uuidv7());
    assert.match(plans[0]!, /Index Scan using workflows_pkey/);
    assert.doesNotMatch(plans[0]!, /Seq Scan on workflows/);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauseLane } from '../queries/queues/lanes.ts';
import { countStuckRuns } from '../queries/queues/stuck-runs.ts';
import { createTestDatabase } from '../testing/database.ts';
import {
  postWorkflow,
  reportAlive,
  select,
  startRun,
  submissionOf,
  submitRun,
  updateRun,
  updateWorker,
} from './fixtures.ts';

test('counts runs without a worker that should have one', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'stuck');
  const none = { unclaimed: 0, leaseExpired: 0, overdue: 0 };
  const age = (id: string, change: string) => updateRun(pool, id, change);
  const long = "now() - interval '61 s'";

  const { runId: queued } = await submitRun(pool, submissionOf(workflow));
  await age(queued, `wanted_at = ${long}`);
  const { runId, workerId } = await startRun(pool, workflow);
  await reportAlive(pool, workerId);
  assert.deepEqual(await countStuckRuns(pool), none, 'no run that works or waits is stuck');

  await age(runId, `deadline_at = ${long}`);
  assert.deepEqual(await countStuckRuns(pool), { ...none, overdue: 1 });

  const leasedUntil = (time: string) => updateWorker(pool, workerId, `leased_until = ${time}`);
  await leasedUntil(`now() - interval '20 s'`);
  assert.deepEqual(await countStuckRuns(pool), { ...none, overdue: 1 }, 'others take it soon');
  await leasedUntil(long);
  assert.deepEqual(await countStuckRuns(pool), { ...none, leaseExpired: 1 }, 'each counts once');
  await select(pool, 'delete from workers');
  assert.deepEqual(await countStuckRuns(pool), { ...none, leaseExpired: 1 });

  await age(runId, `status = 'waiting', worker_id = null, deadline_at = null, wanted_at = ${long}`);
  assert.deepEqual(await countStuckRuns(pool), { ...none, unclaimed: 1 });

  await pauseLane(pool, 'default');
  assert.deepEqual(await countStuckRuns(pool), none, 'a paused lane is meant to stand still');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countWaiting } from '../queries/queues/count-waiting.ts';
import { pauseWorkflow } from '../queries/workflows/paused-workflows.ts';
import { createTestDatabase } from '../testing/database.ts';
import { postWorkflow, startRun, submissionOf, submitRun } from './fixtures.ts';

test('counts the backlog by workflow and by owner', async (t) => {
  const { pool } = await createTestDatabase(t);
  assert.deepEqual(await countWaiting(pool), []);
  const steps = { one: { type: 'http' }, two: { type: 'http' } };
  const noisy = await postWorkflow(pool, 'noisy', steps);
  const quiet = await postWorkflow(pool, 'quiet', steps);
  for (const owner of ['ada', 'ada', 'grace'])
    await submitRun(pool, submissionOf(noisy, { owner }));
  await submitRun(pool, submissionOf(quiet, { owner: 'grace' }));
  const { commit } = await startRun(pool, quiet);
  await commit([
    { step: 'one', status: 'ready' },
    { step: 'two', status: 'ready' },
  ]);

  const waiting = async () => {
    const rows = await countWaiting(pool);
    return rows
      .map(({ workflow, owner, queuedRuns, readySteps }) =>
        [workflow ?? `by ${owner}`, queuedRuns, readySteps].join(' '),
      )
      .sort();
  };
  assert.deepEqual(await waiting(), [
    'by ada 2 0',
    'by grace 2 0',
    'by local 0 2',
    'noisy 3 0',
    'quiet 1 2',
  ]);
  await pauseWorkflow(pool, 'noisy', null);
  assert.deepEqual(await waiting(), [
    'by ada 0 0',
    'by grace 1 0',
    'by local 0 2',
    'noisy 0 0',
    'quiet 1 2',
  ]);
  const ages = new Map((await countWaiting(pool)).map((of) => [of.owner, of.oldestAgeSeconds]));
  assert.equal(ages.get('ada'), 0, 'a run of a paused workflow waits for no worker');
  assert.ok(ages.get('local')! > 0 && ages.get('grace')! > 0);
});

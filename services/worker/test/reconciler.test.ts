import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '@aio/core/definition/compile';
import { RUN_QUEUE, runJobId, stepJobId } from '@aio/core/run/jobs';
import type { ReadyStep, WantedRun } from '@aio/core/run/storage';
import { createEngineStorage } from '@aio/platform/postgres/engine-storage';
import { createTestDatabase } from '@aio/platform/testing/database';
import { UNTRACED } from '@aio/platform/testing/retry';
import { loseJob, testRedis } from '@aio/platform/testing/redis';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createWorkQueues } from '@aio/platform/queues/work-queues';
import { v7 as uuidv7 } from 'uuid';
import { startReconciler } from '../engine/reconciler.ts';

/** Gives all rows one position, so that every look returns them. */
const placed = <Row>(rows: readonly Row[]) =>
  rows.map((row) => ({ ...row, position: { since: '2026-11-28', row: '' } }));

test('the reconciler sends and counts the jobs that Redis lacks, and no others', async (t) => {
  const closes: (() => Promise<unknown>)[] = [];
  // Registered before the servers' hooks, so that the reconciler stops before they do.
  t.after(async () => {
    for (const close of closes.toReversed()) await close();
  });
  const { pool: db } = await createTestDatabase(t);
  const { url: redisUrl, prefix } = await testRedis(t);
  const queues = createWorkQueues({ db, redisUrl, prefix });
  closes.push(() => queues.close());
  await waitUntil(() => queues.counts(), { what: 'Redis answers' });

  const runOf = (epoch: number): WantedRun => ({
    runId: uuidv7(),
    epoch,
    workflowId: 'w',
    ...UNTRACED,
  });
  const stepOf = (): ReadyStep => {
    const key = { runId: uuidv7(), step: 'call', iteration: -1, attempt: 1 };
    const rest = { workflowId: 'w', owner: 'o', crashes: 0, resource: null, ...UNTRACED };
    return { ...key, lane: 'http', ...rest };
  };
  const wanted = { queued: [runOf(0), runOf(0), runOf(0)], due: [runOf(3), runOf(3)] };
  const steps = [stepOf(), stepOf(), stepOf(), stepOf()];
  const kept = [wanted.queued[0]!, wanted.due[0]!];
  await queues.addRuns(kept);
  await queues.addSteps(steps.slice(0, 1));

  const sent: string[] = [];
  const resources = new Set<string | null>();
  const plan = compilePlan({
    name: 'asks',
    steps: { call: { type: 'llm', with: { model: 'openai/gpt-5-mini', prompt: 'Hello' } } },
  });
  const found = { queued: 0, due: 0, ready_steps: 0, lease_expired: 0, lost_attempts: 0 };
  const reconciler = startReconciler({
    db,
    storage: {
      ...createEngineStorage(db),
      findWantedRuns: async ({ which }) => placed(wanted[which]),
      findReadySteps: async ({ lane }) =>
        lane === 'http' ? placed(steps.map((step) => ({ ...step, workflowVersionId: 'v' }))) : [],
    },
    queues: {
      ...queues,
      addRuns(runs) {
        sent.push(...runs.map(runJobId));
        return queues.addRuns(runs);
      },
      addSteps(ready) {
        sent.push(...ready.map(stepJobId));
        for (const { resource } of ready) resources.add(resource);
        return queues.addSteps(ready);
      },
    },
    plans: { get: async () => plan },
    announce: async () => {},
    sweep: async () => {},
    observer: {
      found: (find, count) => void (found[find] += count),
      troubled: (_, error) => assert.fail(String(error)),
    },
  });
  closes.push(() => reconciler.close());
  const expected = { queued: 2, due: 1, ready_steps: 3, lease_expired: 0, lost_attempts: 0 };
  const lost = [...wanted.queued.slice(1), ...wanted.due.slice(1)].map(runJobId);
  const lacking = [...lost, ...steps.slice(1).map(stepJobId)].toSorted();

  await t.test('at its first look', async () => {
    await waitUntil(() => found.ready_steps > 0 && found.due > 0, { what: 'it has looked' });
    assert.deepEqual(found, expected);
    assert.deepEqual(sent.toSorted(), lacking);
    assert.deepEqual(
      [...resources],
      ['openai/gpt-5-mini'],
      'jobs name the model whose rate they obey',
    );
  });

  await t.test('after Redis loses a job later', async () => {
    await loseJob({ url: redisUrl, prefix }, RUN_QUEUE, runJobId(kept[0]!));
    await waitUntil(() => found.queued > expected.queued, {
      what: 'it is missed',
    });
    assert.deepEqual(found, { ...expected, queued: expected.queued + 1 });
    assert.equal(sent.at(-1), runJobId(kept[0]!));
  });
});

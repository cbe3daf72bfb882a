import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STEP_KIND_NAMES, WORK_KIND_NAMES } from '@aio/core/definition/kinds/registry';
import { v7 as uuidv7 } from 'uuid';
import { deliverEvents } from '../queries/waits/deliver-events.ts';
import { readRun } from '../testing/read-run.ts';
import { listRuns } from '../queries/runs/list-runs.ts';
import { postEvent } from '../queries/waits/post-event.ts';
import { listStepItems } from '../queries/runs/run-steps.ts';
import { reportWorker } from '../queries/queues/workers.ts';
import { createTestDatabase } from '../testing/database.ts';
import {
  failAttempts,
  postWorkflow,
  reportAlive,
  select,
  startRun,
  submissionOf,
  submitRun,
  updateRun,
  workerReport,
} from './fixtures.ts';
import { pluck } from '../testing/pluck.ts';

test('relations of a run to other runs, events and workers', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'tied', {
    ask: { type: 'http' },
    child: { type: 'workflow' },
    each: { type: 'map' },
    paid: { type: 'wait' },
    think: { type: 'llm' },
  });
  const page = { limit: 100, cursor: null };

  async function startChild(parent: string, step: string, iteration = -1): Promise<string> {
    const { runId } = await submitRun(pool, submissionOf(workflow));
    await select(
      pool,
      `update runs set parent_run_id = $2, parent_step = $3, parent_iteration = $4, parent_attempt = 1,
         depth = 1 where id = $1`,
      runId,
      parent,
      step,
      iteration,
    );
    return runId;
  }

  const summaryOf = async (runId: string) =>
    (await listRuns(pool, page)).items.find(({ id }) => id === runId)!;
  async function stepOf(runId: string, step: string) {
    const detail = await readRun(pool, runId);
    return detail.steps.find((one) => one.step === step)!;
  }
  const end = (runId: string, status: string) =>
    select(pool, 'update runs set status = $2, finished_at = now() where id = $1', runId, status);

  await t.test('a step has its child run, and waits until that ends', async () => {
    const run = await startRun(pool, workflow);
    await run.commit([
      { step: 'child', status: 'waiting', kind: 'workflow' },
      { step: 'each', status: 'running', kind: 'map' },
      { step: 'each', iteration: 0, status: 'waiting', kind: 'workflow' },
      { step: 'each', iteration: 1, status: 'waiting', kind: 'workflow' },
    ]);
    assert.equal((await stepOf(run.runId, 'child')).child, null);
    const first = await startChild(run.runId, 'child');
    await end(first, 'failed');
    const child = await startChild(run.runId, 'child');
    const items = [await startChild(run.runId, 'each', 0), await startChild(run.runId, 'each', 1)];
    const step = await stepOf(run.runId, 'child');
    assert.deepEqual(step.child, { id: child, status: 'queued', title: null });
    const ofEach = { runId: run.runId, step: 'each', outputs: false };
    const listed = await listStepItems(pool, { ...ofEach, limit: 1, cursor: '0' });
    assert.deepEqual(pluck(listed.items, 'child'), [
      { id: items[1], status: 'queued', title: null },
    ]);
    await end(child, 'succeeded');
    const settled = await stepOf(run.runId, 'child');
    assert.equal(settled.child?.status, 'succeeded');

    const { items: children } = await listRuns(pool, { ...page, parentRunId: run.runId });
    assert.deepEqual(
      children.map(({ parent }) => [parent?.runId, parent?.step, parent?.iteration]),
      [
        [run.runId, 'each', 1],
        [run.runId, 'each', 0],
        [run.runId, 'child', -1],
        [run.runId, 'child', -1],
      ],
    );
    assert.equal((await summaryOf(run.runId)).parent, null);
  });

  await t.test('a waiting step names its event, until that arrives', async () => {
    const run = await startRun(pool, workflow);
    await run.commit([{ step: 'paid', status: 'waiting', kind: 'wait' }]);
    const wait = `
      insert into event_waits (run_id, step, owner, name, key)
      values ($1, 'paid', 'local', 'order.paid', 'o-1')`;
    await select(pool, wait, run.runId);
    await updateRun(pool, run.runId, `status = 'waiting', worker_id = null`);
    const awaited = { name: 'order.paid', key: 'o-1' };
    assert.deepEqual((await stepOf(run.runId, 'paid')).event, awaited);
    const { waitingFor } = await summaryOf(run.runId);
    assert.deepEqual(waitingFor, { reason: 'event', ...awaited, until: null });
    const event = { owner: 'local', ...awaited, payload: 'null' };
    const { eventId } = await postEvent(pool, { ...event, traceparent: null, idempotency: null });
    const [reached] = await deliverEvents(pool, { eventIds: [eventId] });
    assert.equal(reached?.runId, run.runId);
    assert.equal((await stepOf(run.runId, 'paid')).event, null);
    assert.equal((await summaryOf(run.runId)).waitingFor, null);
  });

  await t.test('between two attempts, a step of any kind waits for its retry', async () => {
    for (const kind of WORK_KIND_NAMES) await waitsForRetry(kind);
  });

  async function waitsForRetry(kind: string): Promise<void> {
    const run = await startRun(pool, workflow);
    await run.commit([{ step: 'child', status: 'running', kind }]);
    await failAttempts(pool, run.runId);
    const dueAt = Date.now() + 60_000;
    const error = '{"code":"x","message":"y"}';
    await run.commit([{ step: 'child', status: 'waiting', kind, dueAt, error, waitingSeq: null }]);
    await updateRun(pool, run.runId, `status = 'waiting', worker_id = null`);
    assert.equal((await stepOf(run.runId, 'child')).isBetweenAttempts, true, kind);
    const retry = { reason: 'retry', attempt: 1, of: 1, at: new Date(dueAt) };
    assert.deepEqual((await summaryOf(run.runId)).waitingFor, retry, kind);
  }

  await t.test('a run says if there is no worker for it or for its lane', async () => {
    const id = uuidv7();
    const report = (kinds: readonly string[], state: 'running' | 'draining' = 'running') =>
      select(pool, 'delete from workers').then(() =>
        reportWorker(pool, workerReport({ id, kinds, state })),
      );
    const queued = await submitRun(pool, submissionOf(workflow));
    const waitOf = async (runId: string) => (await summaryOf(runId)).waitingFor;
    const noWorker = (lane: string) => ({ reason: 'no_worker', lane });
    assert.deepEqual(await waitOf(queued.runId), noWorker('default'));

    const run = await startRun(pool, workflow);
    await run.commit([
      { step: 'think', status: 'ready', kind: 'llm', lane: 'llm', attempt: 0 },
      { step: 'ask', status: 'ready', kind: 'http', lane: 'http', attempt: 0 },
    ]);
    await reportAlive(pool, run.workerId);
    await report(STEP_KIND_NAMES.filter((kind) => kind !== 'llm'));
    await reportAlive(pool, run.workerId, { kinds: [], lanes: {} });
    assert.equal((await waitOf(queued.runId))?.reason, 'queued_run');
    assert.deepEqual(await waitOf(run.runId), noWorker('llm'));
    await report(STEP_KIND_NAMES);
    await reportAlive(pool, run.workerId, { kinds: [], lanes: {} });
    assert.equal(await waitOf(run.runId), null);
    await report(STEP_KIND_NAMES, 'draining');
    assert.deepEqual(await waitOf(queued.runId), noWorker('default'));
    assert.equal((await waitOf(run.runId))?.reason, 'lease', 'its own worker is gone');
  });
});

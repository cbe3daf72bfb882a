import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { createPool } from '../pool.ts';
import { commitProgress } from '../queries/engine/commit-progress.ts';
import { isAtOnce, NO_CHANGES, type StepWrite } from '../queries/engine/step-changes.ts';
import { submitRun } from '../queries/submit-runs.ts';
import { createTestDatabase } from '../testing/database.ts';
import { claimRun, postWorkflow, select, submissionOf } from './fixtures.ts';

const READY_AT = Date.parse('2026-01-01T00:00:00Z');

const SUCCEEDED: StepWrite = {
  step: 'only',
  iteration: -1,
  kind: 'transform',
  lane: 'default',
  status: 'succeeded',
  resolution: null,
  attempt: 1,
  crashes: 0,
  output: '{"n":1}',
  error: null,
  usage: null,
  workerId: null,
  spanId: '0123456789abcdef',
  dueAt: null,
  readyAt: READY_AT,
  startedAt: READY_AT + 0.25,
  finishedAt: READY_AT + 1.5,
  startedSeq: 3,
  waitingSeq: null,
  finishedSeq: 4,
};

test('a step that began and succeeded in one commit is the same row in few columns as in all', async (t) => {
  const { url } = await createTestDatabase(t);
  const pool = createPool({ databaseUrl: url, applicationName: 'at-once' });
  t.after(() => pool.close());
  const workflow = await postWorkflow(pool, 'at-once');
  const workerId = uuidv7();

  async function write(steps: { newSteps: StepWrite[] } | { stepsAtOnce: StepWrite[] }) {
    const { runId } = await submitRun(pool, submissionOf(workflow));
    const claim = await claimRun(pool, runId, workerId);
    const progress = {
      runId,
      epoch: claim!.epoch,
      status: 'running' as const,
      eventSeq: 4,
      stepsTotal: 1,
      stepsDone: 1,
      output: null,
      error: null,
      finishedSeq: null,
      stepsEndedAt: null,
      release: false,
      ...NO_CHANGES,
      ...steps,
    };
    await commitProgress(pool, { workerId, leaseMs: 1000, progress: [progress] });
    const [row] = await select<Record<string, unknown>>(
      pool,
      'select * from steps where run_id = $1',
      runId,
    );
    const { run_id, ...rest } = row!;
    assert.equal(run_id, runId);
    return rest;
  }

  const row = await write({ stepsAtOnce: [SUCCEEDED] });
  assert.deepEqual(row, await write({ newSteps: [SUCCEEDED] }));
  assert.equal(row['worker_id'], workerId);
  assert.deepEqual(row['ready_at'], new Date(READY_AT));
});

test('what the few columns do not say keeps a step out of them', () => {
  assert.ok(isAtOnce(SUCCEEDED));
  const others: Partial<StepWrite>[] = [
    { status: 'failed' },
    { resolution: 'fallback' },
    { attempt: 2 },
    { crashes: 1 },
    { error: '{}' },
    { usage: '{}' },
    { workerId: uuidv7() },
    { dueAt: 1 },
    { startedAt: null },
    { waitingSeq: 3 },
  ];
  for (const other of others) assert.equal(isAtOnce({ ...SUCCEEDED, ...other }), false);
  const said = [
    'step',
    'iteration',
    'kind',
    'lane',
    'output',
    'spanId',
    'readyAt',
    'startedAt',
    'finishedAt',
    'startedSeq',
    'finishedSeq',
  ];
  assert.deepEqual(
    new Set([...others.flatMap((other) => Object.keys(other)), ...said]),
    new Set(Object.keys(SUCCEEDED)),
  );
});

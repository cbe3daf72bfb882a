import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { claimAttempts, recordAttempts } from '../queries/engine/attempts.ts';
import { loadChanges } from '../queries/engine/load-changes.ts';
import { createTestDatabase } from '../testing/database.ts';
import { postWorkflow, selectOne, startRun } from './fixtures.ts';

const SPAN_ID = '0123456789abcdef';
const STEP = { step: 'only', kind: 'http', lane: 'http' } as const;
const READY = { ...STEP, status: 'ready', attempt: 0 } as const;

test('a row that both executor and orchestrator write', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'shared', { only: { type: 'http' } });

  async function startReady() {
    const run = await startRun(pool, workflow);
    await run.commit([READY]);
    const executor = uuidv7();
    const attempt = { runId: run.runId, step: 'only', iteration: -1, attempt: 1 };
    return {
      ...run,
      executor,
      begin: () =>
        claimAttempts(pool, {
          workerId: executor,
          startedAtMs: Date.now(),
          attempts: [{ ...attempt, spanId: SPAN_ID }],
        }),
      record(type: 'succeeded' | 'deferred') {
        const times = { startedAtMs: Date.now(), atMs: Date.now() };
        const result = type === 'succeeded' ? { type, usage: null } : { type };
        const output = type === 'succeeded' ? { text: '[1]', chars: 3 } : null;
        const ended = { ...attempt, ...times, result, output };
        return recordAttempts(pool, { workerId: executor, attempts: [ended] });
      },
      row: () =>
        selectOne<Record<string, unknown>>(
          pool,
          'select * from steps where run_id = $1',
          run.runId,
        ),
      async changes() {
        const [changes] = await loadChanges(pool, [{ runId: run.runId, applied: [] }]);
        return changes!;
      },
    };
  }

  await t.test('the orchestrator sees the attempt, and then its end', async () => {
    const run = await startReady();
    assert.deepEqual((await run.changes()).laneSteps, []);
    await run.begin();
    const [begun] = (await run.changes()).laneSteps;
    assert.deepEqual([begun?.attempt, begun?.workerId, begun?.ended], [1, run.executor, null]);
    await run.record('succeeded');
    const { changes, epoch, laneSteps } = await run.changes();
    assert.deepEqual([changes, epoch], [1, run.epoch]);
    const { ended } = laneSteps[0]!;
    assert.deepEqual(ended?.result, { type: 'succeeded', usage: null });
    assert.deepEqual(ended?.output, { text: null, chars: 3, value: [1] });
    assert.equal(ended?.atMs, ((await run.row())['attempt_ended_at'] as Date).getTime());
  });

  await t.test('a late event number of the start keeps the result', async () => {
    const run = await startReady();
    await run.begin();
    await run.record('succeeded');
    const before = await run.row();
    await run.commit([{ ...STEP, status: 'running', workerId: run.executor, spanId: SPAN_ID }]);
    const { started_seq, ...row } = await run.row();
    assert.equal(started_seq, 4);
    const { started_seq: _, ready_at: __, ...rest } = before;
    assert.partialDeepStrictEqual(row, rest);
  });

  await t.test('its success has the recorded output', async () => {
    const run = await startReady();
    await run.begin();
    await run.record('succeeded');
    await run.commit([{ ...STEP, status: 'succeeded', workerId: run.executor }]);
    const { status, output, result, attempt_ended_at, worker_id } = await run.row();
    assert.deepEqual(
      [status, output, result, attempt_ended_at, worker_id],
      ['succeeded', [1], null, null, run.executor],
    );
  });

  await t.test('a cancelled step keeps an attempt that its orchestrator did not see', async () => {
    const run = await startReady();
    await run.begin();
    const committed = await run.commit([{ ...STEP, status: 'cancelled', attempt: 0 }]);
    const { status, attempt, worker_id, started_at } = await run.row();
    assert.deepEqual([status, attempt, worker_id], ['cancelled', 1, run.executor]);
    const begun = { step: 'only', iteration: -1, attempt, workerId: worker_id, spanId: SPAN_ID };
    const startedAtMs = (started_at as Date).getTime();
    assert.deepEqual(committed?.cancelled, [{ ...begun, startedAtMs }]);
    assert.deepEqual(await run.record('succeeded'), []);
  });

  await t.test('a repeated commit of "ready" takes no attempt away', async () => {
    const run = await startReady();
    await run.begin();
    const begun = await run.row();
    await run.commit([READY]);
    assert.deepEqual(await run.row(), begun);
    await run.record('succeeded');
    const recorded = await run.row();
    await run.commit([READY]);
    assert.deepEqual(await run.row(), recorded);
  });

  await t.test('a step whose attempt did not count is ready again', async () => {
    const run = await startReady();
    await run.begin();
    await run.record('deferred');
    await run.commit([READY]);
    const { status, attempt, result, attempt_ended_at } = await run.row();
    assert.deepEqual([status, attempt, result, attempt_ended_at], ['ready', 0, null, null]);
    assert.equal((await run.begin()).length, 1);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { cancelRun } from '../queries/runs/cancel-run.ts';
import { NO_USAGE_YET } from '../queries/runs/get-run.ts';
import { readRun } from '../testing/read-run.ts';
import { retryRun } from '../queries/runs/retry-run.ts';
import { createTestDatabase } from '../testing/database.ts';
import { postWorkflow, select, startRun } from './fixtures.ts';
import { RETRY } from '../testing/retry.ts';

test('retry', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'retried', {
    fetch: { type: 'http' },
    whole: { type: 'map', needs: ['fetch'] },
    half: { type: 'map', needs: ['fetch'] },
    flaky: { type: 'http' },
    after: { type: 'transform', needs: ['flaky'] },
    last: { type: 'transform', needs: ['whole', 'half'] },
  });
  const usage = '{"inputTokens":5,"outputTokens":7,"costUsd":0.5}';

  await t.test('reuses valid results, and nothing else', async () => {
    const run = await startRun(pool, workflow);
    const item = (step: string, iteration: number) => ({ step, iteration, kind: 'llm' });
    await run.commit(
      [
        { step: 'fetch', status: 'succeeded', attempt: 2, output: '{"a":1}', usage },
        { step: 'whole', status: 'succeeded', kind: 'map' },
        { ...item('whole', 0), status: 'succeeded', output: '10', usage },
        { ...item('whole', 1), status: 'failed', error: '{"code":"x","message":"let pass"}' },
        { step: 'half', status: 'failed', kind: 'map', error: '{"code":"y","message":"no"}' },
        { ...item('half', 0), status: 'succeeded', output: '20' },
        { ...item('half', 1), status: 'failed', error: '{"code":"y","message":"no"}' },
        { step: 'flaky', status: 'failed', error: '{"code":"z","message":"no"}' },
        { step: 'after', status: 'succeeded', output: '"of a failure"' },
        { step: 'last', status: 'cancelled' },
      ],
      { status: 'failed' },
    );
    const { runId, epoch, workflowName } = await retryRun(pool, { ...RETRY, runId: run.runId });
    assert.deepEqual([epoch, workflowName], [0, 'retried']);

    const rows = await select(
      pool,
      `select step, iteration, status, resolution, attempt, output::text, error ->> 'code' as code, usage,
         started_seq, finished_seq
       from steps where run_id = $1 order by finished_seq`,
      runId,
    );
    const row = {
      status: 'succeeded',
      resolution: 'reused',
      code: null,
      usage: null,
      started_seq: null,
    };
    const failed = { ...row, status: 'failed', resolution: null, code: 'x', output: null };
    assert.deepEqual(rows, [
      { ...row, step: 'fetch', iteration: -1, attempt: 2, output: '{"a":1}', finished_seq: 2 },
      { ...row, step: 'whole', iteration: -1, attempt: 1, output: null, finished_seq: 3 },
      { ...row, step: 'whole', iteration: 0, attempt: 1, output: '10', finished_seq: 4 },
      { ...failed, step: 'whole', iteration: 1, attempt: 1, finished_seq: 5 },
      { ...row, step: 'half', iteration: 0, attempt: 1, output: '20', finished_seq: 6 },
    ]);
    const retried = await readRun(pool, runId);
    const steps = { stepsTotal: 6, itemsTotal: 2, stepsSucceeded: 2 };
    const state = { status: 'queued', retryOf: run.runId, eventSeq: 6, ...steps };
    assert.partialDeepStrictEqual(retried, state);
    assert.deepEqual(retried.usage, NO_USAGE_YET);
    const original = await readRun(pool, run.runId);
    assert.equal(original.retriedBy, runId);
    assert.deepEqual(original.usage, {
      ...NO_USAGE_YET,
      inputTokens: 10,
      outputTokens: 14,
      costUsd: 1,
    });
  });

  await t.test('only accepts failed and cancelled runs', async () => {
    const run = await startRun(pool, workflow);
    await assert.rejects(retryRun(pool, { ...RETRY, runId: run.runId }), {
      code: 'run_not_finished',
    });
    await cancelRun(pool, run.runId, { onlyOwner: null });
    const { runId } = await retryRun(pool, { ...RETRY, runId: run.runId });
    assert.equal((await readRun(pool, runId)).stepsSucceeded, 0);

    const good = await startRun(pool, workflow);
    await good.commit([], { status: 'succeeded' });
    await assert.rejects(retryRun(pool, { ...RETRY, runId: good.runId }), { code: 'conflict' });
    await assert.rejects(retryRun(pool, { ...RETRY, runId: uuidv7() }), { code: 'not_found' });
  });
});

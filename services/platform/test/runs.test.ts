import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { getRun, NO_USAGE_YET } from '../queries/runs/get-run.ts';
import { getStepLogs } from '../queries/runs/get-step-logs.ts';
import { listRuns } from '../queries/runs/list-runs.ts';
import { readEventSeqs, readRunEvents } from '../queries/runs/run-events.ts';
import { listStepItems } from '../queries/runs/run-steps.ts';
import { readItemOutputs, readRunValues, weighItems } from '../queries/runs/run-values.ts';
import { submitRuns } from '../queries/runs/submit-runs.ts';
import { createTestDatabase } from '../testing/database.ts';
import {
  failAttempts,
  postWorkflow,
  select,
  startRun,
  submissionOf,
  submitRun,
} from './fixtures.ts';
import { pluck } from '../testing/pluck.ts';
import { readOutputs, readRun } from '../testing/read-run.ts';

test('runs', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'listed', {
    each: { type: 'map' },
    wait: { type: 'delay', needs: ['each'] },
  });

  await t.test('pages through all runs once, newest first', async () => {
    const submitted = await submitRuns(
      pool,
      Array.from({ length: 25 }, () => submissionOf(workflow)),
    );
    const expected = submitted.map((one) => ('runId' in one ? one.runId : '')).toReversed();
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listRuns(pool, { limit: 10, cursor, workflowName: 'listed' });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    assert.deepEqual(seen, expected);
  });

  await t.test('filters by workflow, status, time and id', async () => {
    const other = await postWorkflow(pool, 'other');
    const run = await startRun(pool, other);
    await run.commit([{ step: 'only', status: 'succeeded' }], { status: 'succeeded' });
    const past = new Date('2020-01-01T00:00:00Z');
    const found = async (filter: Parameters<typeof listRuns>[1]) =>
      pluck((await listRuns(pool, filter)).items, 'id');
    const page = { limit: 200, cursor: null };
    assert.deepEqual(await found({ ...page, workflowName: 'other' }), [run.runId]);
    assert.deepEqual(await found({ ...page, statuses: ['failed', 'succeeded'] }), [run.runId]);
    assert.equal((await found({ ...page, createdAfter: past })).length, 26);
    assert.deepEqual(await found({ ...page, createdBefore: past }), []);
    assert.deepEqual(await found({ ...page, workflowName: 'unknown' }), []);
    const [summary] = (await listRuns(pool, { ...page, workflowName: 'other' })).items;
    assert.deepEqual(
      [summary?.version, summary?.stepsTotal, summary?.stepsSucceeded, summary?.waitingFor],
      [1, 1, 1, null],
    );
  });

  await t.test('the output of a map has the outputs of its items, in order', async () => {
    const run = await startRun(pool, workflow);
    const items = [1, 0].map((iteration) => ({
      step: 'each',
      iteration,
      status: 'succeeded' as const,
      output: JSON.stringify({ n: iteration }),
    }));
    await run.commit([{ step: 'each', status: 'succeeded', kind: 'map' }, ...items]);
    const outputs = await readOutputs(pool, run.runId);
    assert.deepEqual(outputs.get('each'), [{ n: 0 }, { n: 1 }]);
    const without = await readRunValues(pool, run.runId, { outputs: false });
    assert.deepEqual([without.input.text, without.outputs.size], ['{"n":1}', 0]);
  });

  await t.test('a run has its steps, their outputs, and counts of items', async () => {
    const run = await startRun(pool, workflow);
    await run.commit([
      { step: 'each', status: 'running', kind: 'map' },
      ...Array.from({ length: 7 }, (_, iteration) => ({
        step: 'each',
        iteration,
        status: iteration < 5 ? ('succeeded' as const) : ('failed' as const),
        output: String(iteration),
        usage: '{"inputTokens":2,"cachedInputTokens":1,"outputTokens":1,"costUsd":null}',
      })),
    ]);
    await run.commit([{ step: 'wait', status: 'running', kind: 'delay', spanId: 'abc' }]);
    const detail = await readRun(pool, run.runId);
    const tokens = { inputTokens: 14, cachedInputTokens: 7, outputTokens: 7 };
    assert.deepEqual(detail.usage, { ...NO_USAGE_YET, ...tokens, unpricedCalls: 7 });
    const [each, wait] = detail.steps;
    assert.deepEqual(each?.itemsByStatus, { succeeded: 5, failed: 2 });
    assert.equal(wait?.itemsByStatus, null);
    assert.deepEqual(pluck(wait!.attempts, 'number', 'status', 'spanId'), [[1, 'running', 'abc']]);
    assert.equal(await getRun(pool, uuidv7(), { owner: null }), null);

    const items = { runId: run.runId, step: 'each' };
    const first = await listStepItems(pool, { ...items, limit: 5, cursor: null });
    assert.deepEqual(pluck(first.items, 'iteration'), [0, 1, 2, 3, 4]);
    const rest = await listStepItems(pool, { ...items, limit: 5, cursor: first.nextCursor });
    assert.deepEqual(
      [rest.items.map(({ iteration }) => iteration), rest.nextCursor],
      [[5, 6], null],
    );
    const range = { ...items, from: 2, to: 4 };
    const outputs = await readItemOutputs(pool, range);
    assert.deepEqual(
      [...outputs].map(([index, output]) => [index, output?.text]),
      [
        [2, '2'],
        [3, '3'],
        [4, '4'],
      ],
    );
    assert.equal(await weighItems(pool, range), 3);
  });

  await t.test('leaves out outputs that do not fit into one answer, and nothing else', async () => {
    const names = Array.from({ length: 40 }, (_, n) => `s${n + 10}`);
    const definition = Object.fromEntries(names.map((name) => [name, { type: 'http' }]));
    const run = await startRun(pool, await postWorkflow(pool, 'many', definition));
    const output = JSON.stringify('x'.repeat(250_000));
    await run.commit(names.map((step) => ({ step, status: 'succeeded' as const, output })));
    assert.equal((await readRun(pool, run.runId)).steps.length, 40);
    assert.equal((await readOutputs(pool, run.runId)).size, 33);
  });

  await t.test('returns attempts in order, also before the next one starts', async () => {
    const run = await startRun(pool, workflow);
    await run.commit([{ step: 'wait', status: 'running', kind: 'http' }]);
    await failAttempts(pool, run.runId);
    const attempts = async () => {
      const detail = await readRun(pool, run.runId);
      return detail.steps[0]?.attempts.map(({ number, status }) => [number, status]);
    };
    await run.commit([{ step: 'wait', status: 'waiting', kind: 'http', waitingSeq: null }]);
    assert.deepEqual(await attempts(), [[1, 'failed']]);
    await run.commit([{ step: 'wait', status: 'running', kind: 'http', attempt: 2 }]);
    assert.deepEqual(await attempts(), [
      [1, 'failed'],
      [2, 'running'],
    ]);
  });

  await t.test('numbers events in order, and reads them from any number on', async () => {
    const run = await startRun(pool, workflow);
    await run.commit([{ step: 'each', status: 'running', kind: 'map' }]);
    await run.commit([{ step: 'each', status: 'succeeded', kind: 'map' }]);
    await run.commit([{ step: 'wait', status: 'skipped', attempt: 0 }], { status: 'succeeded' });
    const events = await readRunEvents(pool, run.runId, 0, 100);
    assert.deepEqual(pluck(events, 'seq', 'type', 'step'), [
      [1, 'run.queued', null],
      [2, 'run.started', null],
      [3, 'step.started', 'each'],
      [4, 'step.succeeded', 'each'],
      [5, 'step.skipped', 'wait'],
      [6, 'run.succeeded', null],
    ]);
    assert.deepEqual(await readRunEvents(pool, run.runId, 2, 2), events.slice(2, 4));
    const seqs = await readEventSeqs(pool, [run.runId, uuidv7()], null);
    assert.deepEqual(seqs, new Map([[run.runId, 6]]));
  });

  await t.test('logs of one attempt, or of all', async () => {
    const { runId } = await submitRun(pool, submissionOf(workflow));
    const line = (message: string) => ({ at: '2026-01-01T00:00:00.000Z', level: 'info', message });
    for (const attempt of [1, 2]) {
      await select(
        pool,
        `insert into step_logs (run_id, step, iteration, attempt, lines, truncated)
         values ($1, 'each', -1, $2, $3, $4)`,
        runId,
        attempt,
        JSON.stringify([line(`of ${attempt}`)]),
        attempt === 2,
      );
    }
    const of = { runId, step: 'each', iteration: -1 };
    assert.deepEqual(await getStepLogs(pool, { ...of, attempt: 1 }), {
      lines: [line('of 1')],
      truncated: false,
    });
    assert.deepEqual(await getStepLogs(pool, { ...of, attempt: null }), {
      lines: [line('of 1'), line('of 2')],
      truncated: true,
    });
  });
});

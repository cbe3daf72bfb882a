import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { type CancelledRun, cancelRun } from '../queries/runs/cancel-run.ts';
import { readRunEvents } from '../queries/runs/run-events.ts';
import { createTestDatabase } from '../testing/database.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { postWorkflow, select, selectOne, startRun, submissionOf, submitRun } from './fixtures.ts';
import { pluck } from '../testing/pluck.ts';

test('cancel', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'cancelled', {
    done: { type: 'transform' },
    busy: { type: 'http', needs: ['done'] },
    asks: { type: 'approval', needs: ['done'] },
    later: { type: 'llm', needs: ['busy', 'asks'] },
  });
  const statuses = (runId: string) =>
    select<{ step: string; status: string; kind: string }>(
      pool,
      'select step, kind, status from steps where run_id = $1 order by finished_seq',
      runId,
    );

  const submit = async () => (await submitRun(pool, submissionOf(workflow))).runId;
  const cancel = (runId: string) => cancelRun(pool, runId, { onlyOwner: null });

  await t.test('a run that never started gets a row for every step', async () => {
    const runId = await submit();
    const { ended, parents } = await cancel(runId);
    const [{ workflowName, finishedAt }] = ended as [CancelledRun];
    assert.equal(workflowName, 'cancelled');
    assert.ok(finishedAt instanceof Date);
    assert.deepEqual(parents, []);
    assert.deepEqual(
      await statuses(runId),
      ['done', 'busy', 'asks', 'later'].map((step) => ({
        step,
        kind: { done: 'transform', busy: 'http', asks: 'approval', later: 'llm' }[step],
        status: 'cancelled',
      })),
    );
    const events = await readRunEvents(pool, runId, 0, 100);
    assert.deepEqual(pluck(events, 'seq', 'type'), [
      [1, 'run.queued'],
      [2, 'step.cancelled'],
      [3, 'step.cancelled'],
      [4, 'step.cancelled'],
      [5, 'step.cancelled'],
      [6, 'run.cancelled'],
    ]);
  });

  await t.test('open steps end, ended ones stay, and the epoch fences off the holder', async () => {
    const run = await startRun(pool, workflow);
    await run.commit([{ step: 'done', status: 'succeeded', output: '1' }]);
    await run.commit([{ step: 'busy', status: 'running', kind: 'http' }]);
    await run.commit([{ step: 'asks', status: 'waiting', kind: 'approval' }]);
    const { ended } = await cancel(run.runId);
    assert.deepEqual(
      ended[0]?.closed.toSorted((a, b) => a.kind.localeCompare(b.kind)),
      [
        { kind: 'approval', steps: 1, attempts: 1 },
        { kind: 'http', steps: 1, attempts: 1 },
        { kind: 'llm', steps: 1, attempts: 0 },
      ],
    );

    assert.equal(
      await run.commit([{ step: 'busy', status: 'succeeded', kind: 'http' }]),
      undefined,
    );
    assert.deepEqual(pluck(await statuses(run.runId), 'step', 'status'), [
      ['done', 'succeeded'],
      ['asks', 'cancelled'],
      ['busy', 'cancelled'],
      ['later', 'cancelled'],
    ]);
    const text = `
        select r.status, r.epoch, r.changes, r.worker_id, r.steps_done, r.event_seq,
          r.finished_seq, a.status as approval, a.decided_at is not null as closed
        from runs r join approvals a on a.run_id = r.id where r.id = $1`;
    assert.deepEqual(await selectOne(pool, text, run.runId), {
      status: 'cancelled',
      epoch: run.epoch + 1,
      changes: 1,
      worker_id: null,
      steps_done: 4,
      event_seq: 9,
      finished_seq: 9,
      approval: 'cancelled',
      closed: true,
    });
  });

  await t.test('sees an earlier commit, and does not overwrite it', async () => {
    const run = await startRun(pool, workflow);
    const cancelled = await inTransaction(pool, async (db) => {
      const query = (name: string, text: string) => db.query({ name, text, values: [run.runId] });
      await query('hold', 'select from runs where id = $1 for no key update');
      const cancelling = cancel(run.runId);
      await waitUntil(
        async () => (await select(pool, 'select from pg_locks where not granted')).length > 0,
        { what: 'the cancel waits for the run' },
      );
      await query(
        'finish',
        `insert into steps (run_id, step, kind, status, finished_at, finished_seq)
         values ($1, 'done', 'transform', 'succeeded', now(), 3)`,
      );
      await query('number', 'update runs set event_seq = 3, steps_done = 1 where id = $1');
      return { cancelling };
    });
    await cancelled.cancelling;
    const rows = await select<{ step: string; status: string; seq: number }>(
      pool,
      'select step, status, finished_seq as seq from steps where run_id = $1 order by finished_seq',
      run.runId,
    );
    assert.deepEqual(pluck(rows, 'step', 'status', 'seq'), [
      ['done', 'succeeded', 3],
      ['busy', 'cancelled', 4],
      ['asks', 'cancelled', 5],
      ['later', 'cancelled', 6],
    ]);
  });

  await t.test('does not change a finished run, and does not find an unknown one', async () => {
    const runId = await submit();
    await cancel(runId);
    const before = await select(pool, 'select * from runs where id = $1', runId);
    await assert.rejects(cancel(runId), { code: 'run_finished' });
    assert.deepEqual(await select(pool, 'select * from runs where id = $1', runId), before);
    await assert.rejects(cancel(uuidv7()), { code: 'not_found' });
  });

  await t.test('many concurrent cancels end a run once', async () => {
    const runId = await submit();
    const ends = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(() => cancel(runId)));
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
  });
});

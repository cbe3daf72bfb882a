import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { cancelRun } from '../queries/runs/cancel-run.ts';
import { decideApproval } from '../queries/waits/decide-approval.ts';
import { claimAttempts, recordAttempts } from '../queries/engine/attempts.ts';
import type { RowPosition } from '@aio/core/run/storage';
import { claimRuns } from '../queries/engine/claim-runs.ts';
import { recordLostRuns, releaseRuns, heartbeat, releaseRun } from '../queries/engine/leases.ts';
import { findReadySteps, findWantedRuns } from '../queries/engine/wanted.ts';
import { submitRuns } from '../queries/runs/submit-runs.ts';
import { createTestDatabase } from '../testing/database.ts';
import {
  claimRun,
  postWorkflow,
  reportAlive,
  select,
  selectOne,
  startRun,
  submissionOf,
  submitRun,
  updateRun,
  updateWorker,
} from './fixtures.ts';
import { UNTRACED } from '../testing/retry.ts';
import { pluck } from '../testing/pluck.ts';

function withoutPosition<Row extends { position: unknown }>(row: Row): Omit<Row, 'position'> {
  const { position: _, ...rest } = row;
  return rest;
}

test('leases of runs', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'leased', {
    ask: { type: 'approval' },
    call: { type: 'http' },
  });
  const wantedOf = async (runId: string) => {
    const text = 'select wanted_at as at from runs where id = $1';
    return (await selectOne<{ at: Date | null }>(pool, text, runId)).at;
  };
  const expire = (workerId: string) =>
    updateWorker(pool, workerId, `leased_until = now() - interval '2 s'`);
  const release = (
    { runId, epoch }: { runId: string; epoch: number },
    overrides: Partial<Parameters<typeof releaseRun>[1]> = {},
  ) => releaseRun(pool, { runId, epoch, changes: 0, status: 'waiting', dueAt: null, ...overrides });

  await t.test('of many workers, one gets the run, and later ones do not', async () => {
    const runs = await submitRuns(
      pool,
      Array.from({ length: 20 }, () => submissionOf(workflow)),
    );
    const runIds = runs.map((run) => ('runId' in run ? run.runId : ''));
    const workers = Array.from({ length: 4 }, () => uuidv7());
    for (const workerId of workers) await reportAlive(pool, workerId);
    const claims = await Promise.all(
      workers.map((workerId, index) =>
        claimRuns(pool, { workerId, runIds: index % 2 ? runIds : runIds.toReversed() }),
      ),
    );
    assert.deepEqual(pluck(claims.flat(), 'id').toSorted(), runIds.toSorted());
    assert.deepEqual(await claimRuns(pool, { workerId: uuidv7(), runIds }), []);
  });

  await t.test('does not release a run that changed after the last look', async () => {
    const run = await startRun(pool, workflow);
    await run.commit([{ step: 'ask', status: 'waiting', kind: 'approval' }]);
    const text = 'select id from approvals where run_id = $1';
    const approval = await selectOne<{ id: string }>(pool, text, run.runId);
    const decision = { decision: 'approved', comment: null, decidedBy: 'ada' } as const;
    await decideApproval(pool, { approvalId: approval.id, ...decision, traceparent: null });
    assert.equal(await release(run), false);
    assert.equal(await wantedOf(run.runId), null, 'its holder looks again');
    assert.equal(await release(run, { changes: 1 }), true);
  });

  await t.test('does not release a run that was taken or has ended', async () => {
    const run = await startRun(pool, workflow);
    assert.equal(await release({ ...run, epoch: run.epoch - 1 }), false);
    await cancelRun(pool, run.runId, { onlyOwner: null });
    assert.equal(await release(run, { changes: 1 }), false);
    assert.equal(await release({ ...run, epoch: run.epoch + 1 }, { changes: 1 }), false);
  });

  await t.test('a released run wants a worker when it is due, or at its timeout', async () => {
    const run = await startRun(pool, workflow);
    const dueAt = Date.now() + 60_000;
    assert.equal(await release(run, { dueAt, status: 'running' }), true);
    assert.deepEqual(await wantedOf(run.runId), new Date(dueAt));
    assert.deepEqual(await claimRuns(pool, { workerId: uuidv7(), runIds: [run.runId] }), []);
    await updateRun(pool, run.runId, 'wanted_at = now()');
    const claim = await claimRun(pool, run.runId, uuidv7());
    assert.deepEqual([claim?.was, claim?.epoch], ['released', run.epoch + 1]);

    const timed = await submitRun(pool, submissionOf(workflow, { timeoutMs: 30_000 }));
    const held = (await claimRun(pool, timed.runId, uuidv7()))!;
    assert.equal(await release({ runId: held.id, epoch: held.epoch }, { dueAt }), true);
    assert.equal((await wantedOf(held.id))?.getTime(), Math.trunc(held.deadlineAtMs!));
  });

  await t.test('a run is free once the lease of its worker ends, and not before', async () => {
    const run = await startRun(pool, workflow);
    await reportAlive(pool, run.workerId);
    // Workers of the tests before never reported.
    const others = 'update runs set worker_id = null, wanted_at = null where id <> $1';
    await select(pool, others, run.runId);
    assert.equal(await recordLostRuns(pool, 100), 0);
    await updateRun(pool, run.runId, 'wanted_at = now()');
    assert.equal(await claimRun(pool, run.runId, uuidv7()), undefined);
    await updateRun(pool, run.runId, 'wanted_at = null');

    await expire(run.workerId);
    assert.equal(await recordLostRuns(pool, 100), 1);
    assert.equal(await recordLostRuns(pool, 100), 0);
    const look = { which: 'due', olderThanMs: 0, limit: 9, after: null } as const;
    const [first, ...more] = await findWantedRuns(pool, look);
    assert.deepEqual(
      [withoutPosition(first!), more],
      [{ runId: run.runId, epoch: run.epoch, workflowId: workflow.workflowId, ...UNTRACED }, []],
    );
    const claim = await claimRun(pool, run.runId, uuidv7());
    assert.deepEqual([claim?.was, claim?.epoch, claim?.fruitlessTakeovers], ['abandoned', 2, 1]);
    assert.equal(claim?.takenFrom, run.workerId);
    assert.equal(
      await run.commit([{ step: 'ask', status: 'succeeded' }]),
      undefined,
      'it is fenced',
    );
  });

  await t.test('a heartbeat extends the lease and returns what the worker holds', async () => {
    const mine = await startRun(pool, workflow);
    const { workerId } = mine;
    await reportAlive(pool, workerId);
    await expire(workerId);
    const cancelled = await startRun(pool, workflow);
    await select(pool, 'update runs set worker_id = $2 where id = $1', cancelled.runId, workerId);
    await cancelRun(pool, cancelled.runId, { onlyOwner: null });
    await updateRun(pool, mine.runId, 'changes = 3');
    const call = { step: 'call', kind: 'http', lane: 'http' };
    await mine.commit([{ ...call, status: 'ready', attempt: 0 }]);
    const attempt = { runId: mine.runId, step: 'call', iteration: -1, attempt: 1 };
    const attempts = [{ ...attempt, spanId: 'a' }];
    await claimAttempts(pool, { workerId, startedAtMs: Date.now(), attempts });

    const { runs, nowMs, ...rest } = await heartbeat(pool, { workerId, leaseMs: 9_000 });
    assert.deepEqual(runs, [{ runId: mine.runId, epoch: mine.epoch, changes: 3 }]);
    assert.deepEqual(rest.attempts, [attempt]);
    const text = 'select leased_until as until from workers where id = $1';
    const { until } = await selectOne<{ until: Date }>(pool, text, workerId);
    assert.ok(Math.abs(until.getTime() - nowMs - 9_000) < 2);
    const result = { type: 'deferred' as const };
    const ended = { ...attempt, result, atMs: nowMs, output: null };
    await recordAttempts(pool, { workerId, attempts: [ended] });
    assert.deepEqual((await heartbeat(pool, { workerId, leaseMs: 9_000 })).attempts, []);
  });

  await t.test('a released run wants a worker', async () => {
    const run = await startRun(pool, workflow);
    const other = await startRun(pool, workflow);
    await releaseRuns(pool, [run, { ...other, epoch: other.epoch - 1 }]);
    const claims = await claimRuns(pool, { workerId: uuidv7(), runIds: [run.runId, other.runId] });
    assert.deepEqual(pluck(claims, 'id', 'epoch', 'was'), [[run.runId, run.epoch + 1, 'released']]);
  });

  await t.test('finds waiting work by queue, the oldest first', async () => {
    const { runId } = await submitRun(pool, submissionOf(workflow));
    const queued = (olderThanMs: number) =>
      findWantedRuns(pool, { which: 'queued', olderThanMs, limit: 10, after: null });
    assert.deepEqual(await queued(60_000), []);
    assert.deepEqual((await queued(0)).map(withoutPosition), [
      { runId, epoch: 0, workflowId: workflow.workflowId, ...UNTRACED },
    ]);

    const run = await startRun(pool, workflow);
    await run.commit([
      { step: 'ask', status: 'ready', attempt: 0 },
      { step: 'call', status: 'ready', attempt: 2, crashes: 1, kind: 'http', lane: 'http' },
    ]);
    const ready = (lane: string, olderThanMs = 0) =>
      findReadySteps(pool, { lane, olderThanMs, limit: 10, after: null });
    assert.deepEqual(await ready('http', 60_000), []);
    assert.deepEqual(await ready('llm'), []);
    assert.deepEqual((await ready('http')).map(withoutPosition), [
      {
        runId: run.runId,
        step: 'call',
        iteration: -1,
        attempt: 3,
        lane: 'http',
        crashes: 1,
        workflowId: workflow.workflowId,
        owner: 'local',
        workflowVersionId: workflow.id,
        ...UNTRACED,
      },
    ]);
  });

  await t.test('finds waiting work page by page, also of the same moment', async () => {
    const run = await startRun(pool, workflow);
    const key = { step: 'call', status: 'ready', attempt: 0, kind: 'http', lane: 'paged' } as const;
    await run.commit([0, 1, 2, 3, 4].map((iteration) => ({ ...key, iteration, readyAt: 1000 })));
    const seen: number[] = [];
    for (let after: RowPosition | null = null; ;) {
      const page: Awaited<ReturnType<typeof findReadySteps>> = await findReadySteps(pool, {
        lane: 'paged',
        olderThanMs: 0,
        limit: 2,
        after,
      });
      seen.push(...page.map(({ iteration }) => iteration));
      after = page.at(-1)?.position ?? null;
      if (after === null) break;
    }
    assert.deepEqual(seen, [0, 1, 2, 3, 4]);
  });
});

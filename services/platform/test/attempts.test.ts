import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptEnd } from '@aio/core/run/step-state';
import type { AttemptKey } from '@aio/core/run/storage';
import { v7 as uuidv7 } from 'uuid';
import type { Pool } from '../postgres/pool.ts';
import { type Cancellation, cancelRun } from '../queries/runs/cancel-run.ts';
import { claimAttempts, recordAttempts, recordLostAttempts } from '../queries/engine/attempts.ts';
import { loadHeldAttempts, releaseRun } from '../queries/engine/leases.ts';
import { getStepLogs } from '../queries/runs/get-step-logs.ts';
import { createTestDatabase } from '../testing/database.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { pauseLane, resumeLane } from '../queries/queues/lanes.ts';
import {
  postWorkflow,
  reportAlive,
  select,
  selectOne,
  startRun,
  updateWorker,
} from './fixtures.ts';
import { UNTRACED } from '../testing/retry.ts';

const SPAN_ID = '0123456789abcdef';

test('attempts in lanes', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'laned', {
    ask: { type: 'http' },
    each: { type: 'map' },
  });

  /** A held run with ready steps in a lane. */
  async function startReady(...keys: Partial<Pick<AttemptKey, 'step' | 'iteration'>>[]) {
    const run = await startRun(pool, workflow);
    const steps = (keys.length === 0 ? [{}] : keys).map((key) => {
      return { step: 'ask', iteration: -1, ...key };
    });
    await run.commit(
      steps.map(({ step, iteration }) => {
        const item = iteration < 0 ? null : JSON.stringify({ n: iteration });
        const lane = { kind: 'http', lane: 'http', attempt: 0 };
        return { ...lane, step, iteration, item, status: 'ready' as const };
      }),
    );
    const attempts = steps.map((key) => ({ runId: run.runId, ...key, attempt: 1 }));
    return { ...run, attempts, attempt: attempts[0]! };
  }

  const claim = (attempts: readonly AttemptKey[], workerId: string = uuidv7()) =>
    claimAttempts(pool, {
      workerId,
      startedAtMs: Date.now(),
      attempts: attempts.map((attempt) => ({ ...attempt, spanId: SPAN_ID })),
    });

  /** A run whose steps an executor has started. */
  async function startBegun(...keys: Parameters<typeof startReady>) {
    const run = await startReady(...keys);
    const executor = uuidv7();
    assert.equal((await claim(run.attempts, executor)).length, run.attempts.length);
    return { ...run, executor };
  }

  function ended(
    attempt: AttemptKey,
    overrides: Partial<AttemptEnd> = {},
  ): AttemptKey & AttemptEnd {
    const now = Date.now();
    const result = { type: 'succeeded' as const, usage: null };
    const times = { startedAtMs: now, atMs: now + 5 };
    const output = { text: '{"a":1}', chars: 7 };
    return { ...attempt, ...times, result, output, ...overrides };
  }

  const record = (workerId: string, ...attempts: (AttemptKey & AttemptEnd)[]) =>
    recordAttempts(pool, { workerId, attempts });

  const stepOf = ({ runId, step, iteration }: AttemptKey) =>
    selectOne<Record<string, unknown>>(
      pool,
      'select * from steps where run_id = $1 and step = $2 and iteration = $3',
      runId,
      step,
      iteration,
    );
  type Held = { runId: string; epoch: number; workerId: string | null };
  const changeOf = ({ runId, epoch, workerId }: Held) => {
    const { workflowId } = workflow;
    return { runId, epoch, workflowId, workerId, ...UNTRACED };
  };
  const ofHttp = ({ ended }: Cancellation) => ended[0]?.closed.find(({ kind }) => kind === 'http');
  const runOf = (runId: string) =>
    selectOne<Record<string, unknown>>(
      pool,
      `select epoch, changes, worker_id, wanted_at is not null as wanted, wanted_at <= now() as due
       from runs where id = $1`,
      runId,
    );

  await t.test('starts a ready attempt, with what its executor needs', async () => {
    const { runId, attempts } = await startReady({}, { step: 'each', iteration: 3 });
    await select(
      pool,
      `update steps set ready_at = now() + interval '1 h' where run_id = $1 and step = 'ask'`,
      runId,
    );
    const executor = uuidv7();
    const claimed = await claim(attempts, executor);
    const {
      readyAtMs: _,
      sharesTimeoutSinceMs: __,
      ...item
    } = claimed.find(({ step }) => step === 'each')!;
    assert.deepEqual(item, {
      runId,
      step: 'each',
      iteration: 3,
      attempt: 1,
      spanId: SPAN_ID,
      item: { n: 3 },
      workflowId: workflow.workflowId,
      workflowName: 'laned',
      workflowVersionId: workflow.id,
      owner: 'local',
      input: '{"n":1}',
      traceparent: null,
      tracestate: null,
      depth: 0,
    });
    const { status, attempt, worker_id, started_at, ready_at } = await stepOf(attempts[0]!);
    assert.deepEqual([status, attempt, worker_id], ['running', 1, executor]);
    assert.deepEqual(started_at, ready_at);
    assert.deepEqual(await loadHeldAttempts(pool, executor, attempts), attempts);
    assert.deepEqual(await loadHeldAttempts(pool, uuidv7(), attempts), []);
  });

  await t.test('in a traced run, an attempt has the span that its executor chose', async () => {
    const { runId, attempt } = await startReady();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await select(pool, 'update runs set traceparent = $2 where id = $1', runId, traceparent);
    const [claimed] = await claim([attempt]);
    assert.deepEqual([claimed?.spanId, claimed?.traceparent], [SPAN_ID, traceparent]);
    assert.equal((await stepOf(attempt))['span_id'], SPAN_ID);
  });

  await t.test('starts none in a paused lane, whatever BullMQ says', async () => {
    const { attempt } = await startReady();
    const { lane } = await stepOf(attempt);
    await pauseLane(pool, lane as string);
    assert.deepEqual(await claim([attempt]), []);
    await resumeLane(pool, lane as string);
    assert.equal((await claim([attempt])).length, 1);
  });

  await t.test('of many executors, one starts it', async () => {
    const { attempt } = await startReady();
    const claims = await Promise.all(Array.from({ length: 6 }, () => claim([attempt])));
    assert.equal(claims.flat().length, 1);
    assert.deepEqual(await claim([attempt]), []);
    assert.deepEqual(await claim([{ ...attempt, attempt: 2 }]), []);
  });

  await t.test('batches in another order do not deadlock', async () => {
    const items = Array.from({ length: 40 }, (_, iteration) => ({ step: 'each', iteration }));
    const { attempts } = await startReady(...items);
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, n) => claim(n % 2 ? attempts : attempts.toReversed())),
    );
    assert.equal(claims.flat().length, attempts.length);
  });

  await t.test('after a cancel, there is nothing to start', async () => {
    const run = await startReady();
    const { cancelled, claimed } = await inOrder(pool, run.attempt, [
      ['cancelled', () => cancelRun(pool, run.runId, { onlyOwner: null })],
      ['claimed', () => claim([run.attempt])],
    ]);
    assert.deepEqual(claimed, []);
    assert.deepEqual(ofHttp(cancelled), { kind: 'http', steps: 1, attempts: 0 });
    const { status, attempt, worker_id, started_at } = await stepOf(run.attempt);
    assert.deepEqual([status, attempt, worker_id, started_at], ['cancelled', 0, null, null]);
  });

  await t.test('the cancelled row keeps an attempt that started before the cancel', async () => {
    const run = await startReady();
    const executor = uuidv7();
    const { cancelled, claimed } = await inOrder(pool, run.attempt, [
      ['claimed', () => claim([run.attempt], executor)],
      ['cancelled', () => cancelRun(pool, run.runId, { onlyOwner: null })],
    ]);
    assert.equal(claimed.length, 1);
    assert.deepEqual(ofHttp(cancelled), { kind: 'http', steps: 1, attempts: 1 });
    const { status, attempt, worker_id, started_at } = await stepOf(run.attempt);
    assert.deepEqual([status, attempt, worker_id], ['cancelled', 1, executor]);
    assert.ok(started_at instanceof Date);

    assert.deepEqual(await loadHeldAttempts(pool, executor, [run.attempt]), [], 'it is aborted');
    const before = await stepOf(run.attempt);
    assert.deepEqual(await record(executor, ended(run.attempt)), []);
    assert.deepEqual(await stepOf(run.attempt), before);
  });

  await t.test('records a result with its times, and its run counts the change', async () => {
    const run = await startBegun({}, { step: 'each', iteration: 0 });
    const readyAt = (await stepOf(run.attempt))['ready_at'] as Date;
    const startedAtMs = readyAt.getTime() + 10;
    const log = { lines: '[{"message":"m"}]', truncated: true };
    const first = ended(run.attempt, { startedAtMs, atMs: startedAtMs + 20, log });
    const failure = { code: 'x', message: 'y' };
    const second = ended(run.attempts[1]!, {
      result: { type: 'failed', failure, retry: { afterMs: null }, usage: null },
      output: null,
    });
    assert.deepEqual(await record(run.executor, first, second), [changeOf(run)]);
    const { status, result, output, started_at, attempt_ended_at } = await stepOf(run.attempt);
    assert.equal(status, 'running');
    assert.deepEqual([result, output], [{ type: 'succeeded', usage: null }, { a: 1 }]);
    const times = [new Date(startedAtMs), new Date(startedAtMs + 20)];
    assert.deepEqual([started_at, attempt_ended_at], times);
    assert.deepEqual((await stepOf(run.attempts[1]!))['result'], second.result);
    assert.deepEqual(await getStepLogs(pool, run.attempt), {
      lines: [{ message: 'm' }],
      truncated: true,
    });
    const { changes, wanted } = await runOf(run.runId);
    assert.deepEqual([changes, wanted], [1, false], 'both are one change, and its holder looks');
  });

  await t.test('records no result of another worker or attempt, and none twice', async () => {
    const run = await startBegun();
    const before = await stepOf(run.attempt);
    assert.deepEqual(await record(uuidv7(), ended(run.attempt)), []);
    assert.deepEqual(await record(run.executor, ended({ ...run.attempt, attempt: 2 })), []);
    assert.deepEqual(
      [await stepOf(run.attempt), await runOf(run.runId)],
      [before, await runOf(run.runId)],
    );
    assert.equal((await runOf(run.runId))['changes'], 0);

    assert.equal((await record(run.executor, ended(run.attempt))).length, 1);
    const recorded = await stepOf(run.attempt);
    assert.deepEqual(
      await record(run.executor, ended(run.attempt, { output: { text: '2', chars: 1 } })),
      [],
    );
    assert.deepEqual(await stepOf(run.attempt), recorded);
    assert.equal((await runOf(run.runId))['changes'], 1);
  });

  await t.test('a recorded result makes a run without a worker want one', async () => {
    const run = await startBegun();
    const { runId, epoch } = run;
    const release = { runId, epoch, changes: 0, status: 'running' as const, dueAt: null };
    assert.equal(await releaseRun(pool, release), true);
    assert.equal((await runOf(run.runId))['wanted'], false);
    const [changed] = await record(run.executor, ended(run.attempt));
    assert.equal(changed?.workerId, null);
    assert.equal((await runOf(run.runId))['due'], true);
  });

  await t.test('of a concurrent result and release, one sees the other', async () => {
    for (const releasesFirst of [true, false]) {
      const run = await startBegun();
      const { runId, epoch } = run;
      const release = { runId, epoch, changes: 0, status: 'running' as const, dueAt: null };
      const steps = [
        ['released', () => releaseRun(pool, release)],
        ['recorded', () => record(run.executor, ended(run.attempt))],
      ] as const;
      const { released, recorded } = await inOrder(
        pool,
        { runId },
        releasesFirst ? [steps[0], steps[1]] : [steps[1], steps[0]],
      );
      assert.equal(released, releasesFirst);
      const workerId = released ? null : run.workerId;
      assert.deepEqual(recorded, [changeOf({ ...run, workerId })]);
      const { changes, due } = await runOf(runId);
      assert.deepEqual([changes, due], [1, released ? true : null]);
    }
  });

  await t.test('records attempts of a dead worker as lost, once, and no others', async () => {
    const lost = async () => (await recordLostAttempts(pool, 100)).runs;
    await lost();
    const dead = await startReady();
    const alive = await startReady();
    const recorded = await startReady();
    const workers = Array.from({ length: 2 }, () => uuidv7()) as [string, string];
    for (const id of workers) await reportAlive(pool, id);
    for (const { attempt } of [dead, recorded]) await claim([attempt], workers[0]);
    await claim([alive.attempt], workers[1]);
    await record(workers[0], ended(recorded.attempt));
    assert.deepEqual(await lost(), []);
    await updateWorker(pool, workers[0], `leased_until = now() - interval '1 ms'`);
    const { runId } = dead;
    assert.deepEqual(await lost(), [changeOf(dead)]);
    const step = await stepOf(dead.attempt);
    assert.deepEqual([step['status'], step['result']], ['running', { type: 'lost' }]);
    assert.ok(step['attempt_ended_at'] instanceof Date);
    assert.equal((await runOf(runId))['changes'], 1);
    assert.deepEqual(await lost(), []);
    assert.deepEqual(await record(workers[0], ended(dead.attempt)), [], 'it comes too late');
    assert.equal((await stepOf(alive.attempt))['attempt_ended_at'], null);
  });

  await t.test('records up to the limit as lost', async () => {
    await startBegun({}, { step: 'each', iteration: 0 }, { step: 'each', iteration: 1 });
    const counted = async () => {
      const { attempts, runs } = await recordLostAttempts(pool, 2);
      return [attempts, runs.length];
    };
    assert.deepEqual(await counted(), [2, 1], 'two of one run');
    assert.deepEqual(await counted(), [1, 1], 'the third');
    assert.deepEqual(await counted(), [0, 0]);
  });
});

type Acts = readonly [
  readonly [string, () => Promise<unknown>],
  readonly [string, () => Promise<unknown>],
];
type Results<A extends Acts> = {
  [One in A[number] as One[0]]: Awaited<ReturnType<One[1]>>;
};

/** Starts both while the row of a step or run is locked, so that they get the lock in this order. */
async function inOrder<const A extends Acts>(
  pool: Pool,
  { runId, step }: { runId: string; step?: string },
  acts: A,
): Promise<Results<A>> {
  const results: Promise<unknown>[] = [];
  await inTransaction(pool, async (db) => {
    await db.query({
      name: 'hold',
      text: `select from ${step ? 'steps where run_id = $1' : 'runs where id = $1'} for no key update`,
      values: [runId],
      prepare: false,
    });
    for (const [name, act] of acts) {
      results.push(act());
      await waitUntil(async () => (await countWaiting(pool)) === results.length, {
        what: `${name} waits for the lock`,
      });
    }
  });
  const values = await Promise.all(results);
  return Object.fromEntries(acts.map(([name], index) => [name, values[index]])) as Results<A>;
}

async function countWaiting(pool: Pool): Promise<number> {
  const text = `
    select count(*)::int as waiting from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  return (await selectOne<{ waiting: number }>(pool, text)).waiting;
}

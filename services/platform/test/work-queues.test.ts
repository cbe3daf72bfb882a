import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { queueOf, RUN_QUEUE, type RunJob, runJobId } from '@aio/core/run/jobs';
import type { ReadyStep, WantedRun } from '@aio/core/run/storage';
import { Queue } from 'bullmq';
import { v7 as uuidv7 } from 'uuid';
import { submitRuns } from '../queries/runs/submit-runs.ts';
import { JobLater, startQueueWorker } from '../queues/queue-worker.ts';
import { closeRedis, createRedis } from '../redis/redis.ts';
import { createTestDatabase } from '../testing/database.ts';
import { testRedis } from '../testing/redis.ts';
import { startTcpPath } from '../testing/tcp-path.ts';
import { waitUntil } from '../testing/wait-until.ts';
import {
  createWorkQueues,
  queuePrefix,
  SEND_TIMEOUT_MS,
  type WorkQueues,
} from '../queues/work-queues.ts';
import { pluck } from '../testing/pluck.ts';
import { postWorkflow, startRun, submissionOf } from './fixtures.ts';
import { UNTRACED } from '../testing/retry.ts';

const EMPTY = { waiting: 0, active: 0, delayed: 0, failed: 0 };

test('queues of work', async (t) => {
  const { pool: db } = await createTestDatabase(t);
  const { url, prefix: testPrefix } = await testRedis(t);
  const redis = createRedis(url, { role: 'command' });
  t.after(() => closeRedis(redis));
  const workflow = await postWorkflow(db, 'queued', { call: { type: 'http' } });

  type Context = { after(close: () => Promise<void>): void };

  /** Queues with a new prefix, once connected. */
  async function open(t: Context, name: string, redisUrl = url) {
    const prefix = `${testPrefix}-${name}`;
    const queues = createWorkQueues({ db, redisUrl, prefix });
    t.after(() => queues.close());
    await waitUntil(() => queues.counts(), { what: 'Redis answers' });
    return { queues, prefix, counts: async (lane: string) => (await queues.counts())?.get(lane) };
  }

  /** BullMQ's view of a queue. */
  function look(t: Context, prefix: string, name: string): Queue {
    const queue = new Queue(name, { connection: redis, prefix: queuePrefix(prefix, name) });
    t.after(() => queue.close());
    return queue;
  }

  /** Executes jobs one after the other; each waits until the test lets it through. */
  function work(t: Context, prefix: string, process: (job: RunJob) => Promise<void>, slots = 1) {
    const failures: string[] = [];
    const worker = startQueueWorker<RunJob>({
      queue: RUN_QUEUE,
      redisUrl: url,
      prefix,
      slots,
      leaseMs: 30_000,
      process,
      onFailure: ({ message }) => failures.push(message),
    });
    t.after(() => worker.close());
    return { worker, failures };
  }

  const runOf = (workflowId = 'w', epoch = 0): WantedRun => ({
    runId: uuidv7(),
    epoch,
    workflowId,
    ...UNTRACED,
  });
  const stepOf = (lane: string, workflowId = 'w'): ReadyStep => {
    const key = { runId: uuidv7(), step: 'call', iteration: -1, attempt: 1 };
    return { ...key, lane, workflowId, owner: 'o', crashes: 0, resource: null, ...UNTRACED };
  };
  /** Waits until these are the counts of the queue of runs. */
  const untilCounts = (counts: (lane: string) => Promise<unknown>, expected: typeof EMPTY) =>
    waitUntil(async () => isDeepStrictEqual(await counts('default'), expected), {
      what: JSON.stringify(expected),
    });
  async function untilEmpty(queues: WorkQueues): Promise<void> {
    const isEmpty = ({ waiting, active }: typeof EMPTY) => waiting + active === 0;
    const isAll = async () => [...(await queues.counts())!.values()].every(isEmpty);
    await waitUntil(isAll, { what: 'nothing is left' });
  }

  await t.test('a job sent twice is one job', async (t) => {
    const { queues, counts } = await open(t, 'twice');
    const run = runOf();
    const steps = [stepOf('http'), stepOf('llm')];
    const added = await Promise.all([queues.addRuns([run]), queues.addRuns([run])]);
    assert.deepEqual(added, [true, true]);
    assert.equal(await queues.addRuns([run, runOf(), run]), true);
    for (let times = 0; times < 2; times++) assert.equal(await queues.addSteps(steps), true);
    assert.equal(await queues.addSteps([...steps, { ...steps[0]!, attempt: 2 }]), true);
    assert.deepEqual(await counts('default'), { ...EMPTY, waiting: 2 });
    assert.deepEqual(await counts('http'), { ...EMPTY, waiting: 2 });
    assert.deepEqual(await counts('llm'), { ...EMPTY, waiting: 1 });
    assert.equal(await queues.addRuns([]), true);
  });

  await t.test('finds ids without a job, whatever the state of the others', async (t) => {
    const { queues, prefix, counts } = await open(t, 'missing');
    const [waits, late, held, gone] = [runOf(), runOf(), runOf(), runOf()];
    const done = Promise.withResolvers<void>();
    await queues.addRuns([late, held, gone]);
    const process = async ({ runId }: RunJob) => {
      if (runId === late.runId) throw new JobLater(60_000);
      if (runId === held.runId) await done.promise;
    };
    work(t, prefix, process, 2);
    await untilCounts(counts, { ...EMPTY, active: 1, delayed: 1 });
    await queues.pauseOnly(new Set(['default']));
    await queues.addRuns([waits]);
    const ids = [waits, late, held, gone].map(runJobId);
    assert.deepEqual(await queues.findMissing('default', ids), new Set([runJobId(gone)]));
    assert.deepEqual(await queues.findMissing('http', ids), new Set(ids), 'queues are apart');
    assert.deepEqual(await queues.findMissing('default', []), new Set());
    done.resolve();
  });

  await t.test('a run gets a new job when it wants a worker again, and not before', async (t) => {
    const { queues, prefix, counts } = await open(t, 'again');
    const done = Promise.withResolvers<void>();
    const seen: RunJob[] = [];
    work(t, prefix, (job) => {
      seen.push(job);
      return done.promise;
    });
    const run = runOf();
    await queues.addRuns([run]);
    await waitUntil(() => seen.length === 1, { what: 'it is taken' });
    await queues.addRuns([run]);
    assert.deepEqual(await counts('default'), { ...EMPTY, active: 1 });
    await queues.addRuns([{ ...run, epoch: 1 }]);
    assert.deepEqual(await counts('default'), { ...EMPTY, active: 1, waiting: 1 });
    done.resolve();
    await untilEmpty(queues);
    assert.deepEqual(seen, [
      { runId: run.runId, epoch: 0 },
      { runId: run.runId, epoch: 1 },
    ]);
    assert.deepEqual(await counts('default'), EMPTY, 'BullMQ keeps nothing of what is done');
  });

  await t.test('a small backlog goes before a large one of another workflow', async (t) => {
    const { queues, prefix } = await open(t, 'fair');
    const many = Array.from({ length: 50 }, () => runOf('many'));
    const few = Array.from({ length: 2 }, () => runOf('few'));
    await queues.addRuns(many);
    for (const run of few) await queues.addRuns([run]);
    const order: string[] = [];
    work(t, prefix, async ({ runId }) => void order.push(runId));
    await untilEmpty(queues);
    for (const { runId } of few) assert.ok([1, 2, 3].includes(order.indexOf(runId)));
    const ids = pluck(many, 'runId');
    const seen = order.filter((id) => ids.includes(id));
    assert.deepEqual(seen, ids, 'and each keeps its order');
  });

  await t.test(
    'started runs go before a crowd, and after the first runs of a workflow',
    async (t) => {
      const { queues, prefix } = await open(t, 'started');
      const crowd = Array.from({ length: 30 }, () => runOf('crowd'));
      const started = Array.from({ length: 20 }, () => ({ ...runOf('crowd'), epoch: 1 }));
      const single = runOf('single');
      await queues.addRuns([...crowd, ...started, single]);
      const order: string[] = [];
      work(t, prefix, async ({ runId }) => void order.push(runId));
      await untilEmpty(queues);
      const places = started.map(({ runId }) => order.indexOf(runId));
      assert.ok(order.indexOf(single.runId) < Math.min(...places), 'a single run waits for none');
      assert.ok(order.indexOf(crowd.at(-1)!.runId) > Math.max(...places));
    },
  );

  await t.test('counts what other processes have sent, by PostgreSQL', async (t) => {
    const { queues, prefix } = await open(t, 'counted');
    const { workflowId } = workflow;
    await submitRuns(
      db,
      Array.from({ length: 5 }, () => submissionOf(workflow)),
    );
    const held = await startRun(db, workflow);
    const ready = { kind: 'http', lane: 'http', status: 'ready', attempt: 0 } as const;
    await held.commit([
      { ...ready, step: 'call' },
      { ...ready, step: 'call', iteration: 0 },
    ]);
    const priorityOf = async (name: string) => {
      const jobs = await look(t, prefix, name).getPrioritized();
      return Math.max(...jobs.map(({ priority }) => priority));
    };
    // The first call asks for the counts, but does not wait for them.
    for (const [name, send] of [
      [RUN_QUEUE, () => queues.addRuns([runOf(workflowId)])],
      [queueOf('http'), () => queues.addSteps([stepOf('http', workflowId)])],
    ] as const) {
      let sent = 0;
      await waitUntil(async () => (await send()) && (await priorityOf(name)) > ++sent, {
        what: `${name}: more is behind it than was sent here`,
      });
    }
  });

  await t.test('a paused worker resumes, even while a job is active', async (t) => {
    const { queues, prefix } = await open(t, 'resumed');
    const runs = [runOf(), runOf(), runOf()];
    const done = Promise.withResolvers<void>();
    const taken: string[] = [];
    const hold = async ({ runId }: RunJob) => {
      taken.push(runId);
      await done.promise;
    };
    const { worker } = work(t, prefix, hold, 3);
    await queues.addRuns(runs.slice(0, 1));
    await waitUntil(() => taken.length === 1, { what: 'the first is active' });
    await worker.pause();
    // One more may arrive, for which the worker already waits at Redis.
    await queues.addRuns(runs.slice(1));
    worker.resume();
    await waitUntil(() => taken.length === 3, { what: 'all are taken' });
    done.resolve();
    await untilEmpty(queues);
  });

  await t.test('pauses these lanes, and no others', async (t) => {
    const { queues, prefix, counts } = await open(t, 'paused');
    const paused = async () => {
      const lanes: string[] = [];
      for (const lane of ['default', 'http', 'llm'])
        if (await look(t, prefix, queueOf(lane)).isPaused()) lanes.push(lane);
      return lanes;
    };
    const seen: string[] = [];
    assert.equal(await queues.pauseOnly(new Set(['default', 'llm'])), true);
    assert.deepEqual(await paused(), ['default', 'llm']);
    work(t, prefix, async ({ runId }) => void seen.push(runId));
    const run = runOf();
    await queues.addRuns([run]);
    await queues.addSteps([stepOf('llm')]);
    assert.deepEqual(await counts('default'), { ...EMPTY, waiting: 1 });
    assert.deepEqual(await counts('llm'), { ...EMPTY, waiting: 1 });

    assert.equal(await queues.pauseOnly(new Set(['llm', 'http'])), true);
    assert.deepEqual(await paused(), ['http', 'llm']);
    await waitUntil(() => seen.length === 1, { what: 'what waited is taken' });
    assert.equal((await counts('llm'))?.waiting, 1, 'nothing is lost');

    const keys = await redis.keys(`*${prefix}*`);
    await redis.unlink(keys);
    assert.deepEqual(await paused(), []);
    assert.equal(await queues.pauseOnly(new Set(['llm', 'http'])), true);
    assert.deepEqual(await paused(), ['http', 'llm'], 'Redis may forget it');
    assert.equal(await queues.pauseOnly(new Set()), true);
    assert.deepEqual(await paused(), []);
  });

  await t.test('a worker has at most as many jobs as slots', async (t) => {
    const { queues, prefix, counts } = await open(t, 'slots');
    const done = Promise.withResolvers<void>();
    work(t, prefix, () => done.promise, 3);
    await queues.addRuns(Array.from({ length: 5 }, () => runOf()));
    await untilCounts(counts, { ...EMPTY, active: 3, waiting: 2 });
    done.resolve();
    await untilEmpty(queues);
  });

  await t.test('delays a job for later, and drops a failed one', async (t) => {
    const { queues, prefix, counts } = await open(t, 'later');
    const [late, bad] = [runOf(), runOf()];
    let isLate = true;
    const { failures } = work(t, prefix, async ({ runId }) => {
      if (runId === bad.runId) throw new Error('no');
      if (isLate) throw new JobLater(60_000, { resource: 'a model' });
    });
    await queues.addRuns([late, bad]);
    await untilCounts(counts, { ...EMPTY, delayed: 1 });
    await waitUntil(() => failures.length === 1, { what: 'the other one failed' });
    assert.deepEqual(failures, ['no']);
    const jobs = [runJobId(late), runJobId(bad)];
    const putOff = await queues.findHeldBack('default', jobs);
    assert.deepEqual([...putOff!.keys()], [runJobId(late)]);
    const held = putOff!.get(runJobId(late));
    assert.ok(typeof held === 'object' && held.resource === 'a model');
    const inMs = held.until.getTime() - Date.now();
    assert.ok(inMs > 50_000 && inMs <= 60_000, `${inMs}`);
    assert.deepEqual(await counts('default'), { ...EMPTY, delayed: 1 });
    isLate = false;
    const job = await look(t, prefix, RUN_QUEUE).getJob(runJobId(late));
    await job!.changeDelay(0);
    await untilCounts(counts, EMPTY);
  });

  await t.test('if Redis is down from the start, neither waits nor stores jobs', async (t) => {
    const queues = createWorkQueues({ db, redisUrl: 'redis://127.0.0.1:1', prefix: testPrefix });
    t.after(() => queues.close());
    assert.equal(await queues.addRuns([runOf()]), false);
    assert.equal(await queues.addSteps([stepOf('llm')]), false);
    assert.equal(await queues.counts(), null);
    assert.equal(await queues.findMissing('default', ['1']), null);
    assert.equal(await queues.findHeldBack('default', ['1']), null);
    assert.equal(await queues.pauseOnly(new Set()), false);
  });

  await t.test('a cut or frozen connection costs little time, and recovers', async (t) => {
    const path = await startTcpPath(url);
    t.after(() => path.close());
    const outages: string[] = [];
    const queues = createWorkQueues({
      db,
      redisUrl: path.through(url),
      prefix: `${testPrefix}-cut`,
      onOutage: () => outages.push('away'),
      onRecovery: () => outages.push('back'),
    });
    t.after(() => queues.close());
    const isBack = () => waitUntil(() => queues.addRuns([runOf()]), { what: 'jobs go through' });
    await isBack();

    await path.set('cut');
    const begun = performance.now();
    assert.equal(await queues.addRuns([runOf()]), false);
    assert.equal(await queues.counts(), null);
    assert.ok(performance.now() - begun < 2 * SEND_TIMEOUT_MS + 1_000);
    await path.set('open');
    await isBack();

    await path.set('refused');
    await waitUntil(async () => !(await queues.addRuns([runOf()])), { what: 'the cut is noticed' });
    await waitUntil(() => outages.at(-1) === 'away', { what: 'the report of the outage' });
    await path.set('open');
    await isBack();
    await waitUntil(() => outages.at(-1) === 'back', { what: 'the report of the recovery' });
  });
});

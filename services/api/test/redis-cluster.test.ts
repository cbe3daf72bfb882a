import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { queueOf, RUN_QUEUE, type RunJob, STEP_LANES } from '@aio/core/run/jobs';
import { createProbes } from '@aio/platform/probes';
import { JobLater, startQueueWorker } from '@aio/platform/queues/queue-worker';
import { assertNoEviction, closeRedis, createRedis } from '@aio/platform/redis/redis';
import { createResourceRates } from '@aio/platform/redis/resource-rates';
import { createLiveTextPublisher, createLiveTextSubscriber } from '@aio/platform/queues/live-texts';
import { createChangePublisher, subscribeChanges } from '@aio/platform/queues/run-changes';
import { createTestDatabase } from '@aio/platform/testing/database';
import { UNTRACED } from '@aio/platform/testing/retry';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createTokenBuckets } from '@aio/platform/redis/token-buckets';
import { createWorkQueues, queuePrefix } from '@aio/platform/queues/work-queues';
import { askRedis } from '@aio/tools/servers/ask-redis';
import { startOwnRedisCluster } from '@aio/tools/testing/own-redis';
import { createSessions } from '../auth/sessions.ts';

/** With the default prefix, queues are on two of three masters. */
const PREFIX = 'aio';
const LEASE_MS = 2_000;
/** The cluster notices the silence, then elects the replica. */
const TAKE_OVER_WITHIN_MS = 30_000;

test('a Redis Cluster does what one server does, and survives the loss of a master', async (t) => {
  const cluster = await startOwnRedisCluster(t);
  const { url: redisUrl } = cluster;
  const options = { redisUrl, prefix: PREFIX };
  const work = { ...options, queue: RUN_QUEUE, slots: 2, leaseMs: LEASE_MS };
  const { url: databaseUrl, pool: db } = await createTestDatabase(t);

  async function connect(t: TestContext) {
    const redis = createRedis(redisUrl, { role: 'command' });
    t.after(() => closeRedis(redis));
    await once(redis, 'ready');
    return redis;
  }

  const queues = createWorkQueues({ ...options, db });
  const changes = createChangePublisher(options);
  const probes = createProbes({ ...options, databaseUrl });
  t.after(() => Promise.all([queues.close(), changes.close(), probes.close()]));
  const isReady = async () => (await probes.check()).status === 'ok';
  await waitUntil(isReady, { what: 'the probe is answered' });

  /** Subscribes to changes. The function publishes a change, and says whether it was heard. */
  function hearChanges(t: TestContext) {
    const heard = new Set<string>();
    const subscription = subscribeChanges({ ...options, onChange: (runId) => heard.add(runId) });
    t.after(() => subscription.close());
    return async (runId: string) => (await changes.publish(runId)) && heard.has(runId);
  }

  /** Sends a run’s job until Redis answers, like a reconciler. */
  const send = (runId: string) =>
    waitUntil(() => queues.addRuns([{ ...UNTRACED, runId, epoch: 0, workflowId: 'w' }]), {
      what: `${runId} is sent`,
      timeoutMs: TAKE_OVER_WITHIN_MS,
    });

  await t.test('queues are on several masters; each keeps its keys in one slot', async () => {
    const names = [RUN_QUEUE, ...STEP_LANES.map(queueOf)];
    const masters = await Promise.all(
      names.map((name) => cluster.masterOf(`${queuePrefix(PREFIX, name)}:meta`)),
    );
    assert.ok(new Set(masters).size > 1);
    // On a busy machine, an answer may be late.
    await waitUntil(() => queues.counts(), { what: 'every queue answers' });
    for (const paused of [['http'], []])
      await waitUntil(() => queues.pauseOnly(new Set(paused)), { what: 'every queue is asked' });
    const steps = Array.from({ length: 50 }, (_, iteration) => ({
      ...UNTRACED,
      lane: 'http',
      workflowId: 'w',
      owner: 'o',
      runId: 'many',
      step: 'call',
      iteration,
      attempt: 1,
      crashes: 0,
      resource: null,
    }));
    assert.ok(await queues.addSteps(steps), 'sent in one transaction');
    const ids = steps.map(({ iteration }) => `many.call.${iteration}.1`);
    assert.deepEqual(await queues.findMissing('http', [...ids, 'none']), new Set(['none']));
    assert.equal((await queues.findHeldBack('http', ids))?.size, 0);
  });

  await t.test('works and delays jobs', async (t) => {
    const tries: string[] = [];
    const worker = startQueueWorker<RunJob>({
      ...work,
      async process({ runId }) {
        tries.push(runId);
        if (tries.length === 1) throw new JobLater(50);
      },
      onFailure: assert.fail,
    });
    t.after(() => worker.close());
    await send('put-off');
    await waitUntil(() => tries.length === 2, { what: 'it comes again' });
  });

  await t.test('scripts with many keys: rate limits of requests and models', async (t) => {
    const buckets = createTokenBuckets(options);
    const rates = createResourceRates({
      ...options,
      rates: new Map([['model', { calls: 1, periodMs: 1_000 }]]),
    });
    t.after(() => Promise.all([buckets.close(), rates.close()]));
    const spending = (key: string) => ({ key, capacity: 10, fillMs: 86_400_000, spent: 1 });
    const spend = () => buckets.spend(['a', 'b', 'c'].map(spending));
    const left = await waitUntil(spend, { what: 'buckets answer' });
    assert.deepEqual(left, [9, 9, 9]);
    const waitMs = async () => (await rates.admit('model', false)).waitMs;
    await waitUntil(waitMs, { what: 'the model is full' });
  });

  await t.test('sessions are on any master', async (t) => {
    const redis = await connect(t);
    const sessions = createSessions({ redis, prefix: PREFIX });
    const ada = { subject: 'ada', name: 'ada', displayName: 'Ada', roles: [] };
    const tokens = { idToken: 'none', refreshToken: 'none', refreshAtMs: 0 };
    const session = { ...ada, ...tokens, expiresAtMs: Date.now() + 60_000 };
    const ids = await Promise.all(Array.from({ length: 10 }, () => sessions.begin(session)));
    assert.deepEqual(await sessions.find(ids[0]!), session);
    await Promise.all(ids.map((id) => sessions.end(id)));
    assert.equal(await sessions.find(ids[0]!), null);
  });

  await t.test(
    'texts of a run reach those who watch it, whatever node they listen to',
    async (t) => {
      const texts = createLiveTextPublisher(options);
      const subscriber = createLiveTextSubscriber(options);
      t.after(() => Promise.all([texts.close(), subscriber.close()]));
      const piece = { step: 'ask', iteration: -1, attempt: 1, offset: 0, isCut: false };
      const heard: string[] = [];
      subscriber.watch('run', ({ text }) => heard.push(text));
      await waitUntil(() => texts.watchersOf('run'), { what: 'the run is watched' });
      texts.publish('run', { ...piece, text: 'word' });
      await waitUntil(() => heard.includes('word'), { what: 'the text arrives' });
      assert.equal(await texts.watchersOf('another'), null);
    },
  );

  await t.test('checks the eviction policy of every master', async (t) => {
    await assertNoEviction(await connect(t));
    const redis = await connect(t);
    const [one] = 'nodes' in redis ? redis.nodes('master') : [];
    await one!.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await assert.rejects(assertNoEviction(redis), { code: 'redis_evicts' });
    await one!.config('SET', 'maxmemory-policy', 'noeviction');
  });

  await t.test('a redirect after `close` does not keep a connection open', async (t) => {
    const redis = createRedis(redisUrl, { role: 'blocking' });
    t.after(() => closeRedis(redis));
    assert.ok('nodes' in redis);
    for (const one of [redis, redis.duplicate()]) {
      t.after(() => closeRedis(one));
      if (one.status !== 'ready') await once(one, 'ready');
      const ended = once(one, 'end');
      one.disconnect();
      // Like ioredis after MOVED.
      const { connectionPool } = one as unknown as {
        connectionPool: { findOrCreate(node: { host: string; port: number }): void };
      };
      connectionPool.findOrCreate({ host: '127.0.0.1', port: cluster.nodes[0]!.port });
      await ended;
      await one.connect();
      assert.equal(await one.exists('anything'), 0);
    }
  });

  await t.test('a killed master: not ready, then its replica takes over', async (t) => {
    const worked = new Set<string>();
    const worker = startQueueWorker<RunJob>({
      ...work,
      process: async ({ runId }) => void worked.add(runId),
      onFailure: () => undefined,
    });
    t.after(() => worker.close());
    const isHeard = hearChanges(t);
    await waitUntil(() => isHeard('before'), { what: 'changes arrive' });

    const key = `${queuePrefix(PREFIX, RUN_QUEUE)}:meta`;
    const master = await cluster.masterOf(key);
    await master!.kill();
    await waitUntil(async () => !(await isReady()), { what: 'the loss is noticed' });
    await waitUntil(isReady, { what: 'a replica takes over', timeoutMs: TAKE_OVER_WITHIN_MS });
    assert.notEqual(await cluster.masterOf(key), master);
    await send('after');
    await waitUntil(() => worked.has('after'), { what: 'the worker has processed the job' });
    await waitUntil(() => isHeard('after'), { what: 'changes arrive again' });
    await master!.start();
    await cluster.untilWhole();
  });

  await t.test('a subscriber moves to another node if its node is killed', async (t) => {
    const isHeard = hearChanges(t);
    await waitUntil(() => isHeard('here'), { what: 'changes arrive' });
    await cluster.nodes[0]!.kill();
    const timeoutMs = TAKE_OVER_WITHIN_MS;
    await waitUntil(() => isHeard('there'), { what: 'changes from another node', timeoutMs });
  });

  await t.test('a worker reconnects even while the cluster has failed', async (t) => {
    const redis = createRedis(redisUrl, { role: 'blocking' });
    t.after(() => closeRedis(redis));
    assert.ok('nodes' in redis);
    // BullMQ waits for jobs on a duplicate.
    const waiting = redis.duplicate();
    t.after(() => closeRedis(waiting));
    await once(waiting, 'ready');
    const [last, ...others] = cluster.nodes.toReversed();
    await Promise.all(others.map((node) => node.kill()));
    const hasFailed = async () =>
      (await askRedis(last!.port, 'CLUSTER INFO'))?.includes('cluster_state:fail') ?? false;
    await waitUntil(hasFailed, { what: 'the cluster fails', timeoutMs: TAKE_OVER_WITHIN_MS });
    // Like BullMQ, if no job comes in time.
    const ended = once(waiting, 'end');
    waiting.disconnect();
    await ended;
    await waiting.connect();
  });
});

import { QUEUES } from '@aio/core/run/jobs';
import { queuePrefix } from '@aio/platform/work-queues';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Definition } from '../lib/definition.ts';
import { SIMULATOR_INPUT, workUrl } from '../lib/shapes.ts';
import { waitUntil } from '../lib/wait-until.ts';
import { startTestSystem, type TestSystem } from '../testing/test-system.ts';
import { startPickyModels } from '../testing/picky-models.ts';

const WITHIN_MS = 60_000;
const BATCH = 500;

const ask = (model = 'openai/gpt-5-mini') =>
  ({ type: 'llm', with: { model, prompt: 'Hello' } }) as const;

interface Counts {
  waiting: number;
  active: number;
}

/** A queue in the answer of `GET /queues`. */
interface PresentedQueue {
  name: string;
  readySteps: number;
  queuedRuns: number;
  jobs: Counts & { delayed: number; failed: number };
}

test('while 2,000 runs wait in a paused lane, other runs succeed within 3 s', async (t) => {
  const system = await startTestSystem(t, { workers: 2 });
  const { api } = system;
  await system.api.post('/queues/llm/pause');
  const names = Array.from({ length: 10 }, (_, index) => `asks-${index}`);
  for (const name of names) {
    await api.createWorkflow({ name, steps: { ask: ask() } });
    await submitMany(system, name, 200);
  }
  await untilWaiting(system, 'llm', 2000);

  const definition: Definition = {
    name: 'calls',
    input: SIMULATOR_INPUT,
    steps: { first: call(), second: { ...call(), needs: ['first'] } },
  };
  await api.createWorkflow(definition);
  const takesLess = async (thanMs: number) => {
    const { id } = await api.submitRun('calls', { simulator: system.simulator.url });
    const { status, createdAt, finishedAt } = await api.waitForRun(id);
    const ms = Date.parse(finishedAt!) - Date.parse(createdAt);
    t.diagnostic(`a run of http steps took ${ms} ms`);
    assert.deepEqual([status, ms < thanMs], ['succeeded', true], `${ms} ms`);
  };
  await takesLess(3000);

  await t.test('the pause survives the loss of all Redis data', async () => {
    await removeKeys(system);
    await untilWaiting(system, 'llm', 2000);
    await takesLess(3000);
    const { byKey } = await system.simulator.calls();
    assert.equal(Object.keys(byKey).filter((key) => key.includes('-ask-')).length, 0);
  });

  await t.test('all processes share one pub/sub channel', async () => {
    const redis = new Redis(system.redisUrl);
    t.after(() => redis.disconnect());
    const channels = (await redis.call('PUBSUB', 'CHANNELS', `*${system.prefix}*`)) as string[];
    assert.equal(channels.length, 1, channels.join(', '));
  });

  await system.api.post('/queues/llm/resume');
  await api.waitUntilIdle({ timeoutMs: WITHIN_MS });
  const { rows } = await system.db.query(
    `select status, count(*)::int as runs from runs group by status`,
  );
  assert.deepEqual(rows, [{ status: 'succeeded', runs: 2002 }]);
});

test('rows, the API and BullMQ count the same backlog', async (t) => {
  const system = await startTestSystem(t, { workers: 2 });
  const queues = openQueues(t, system);
  await system.api.createWorkflow({
    name: 'asks',
    steps: { each: { type: 'map', over: [1, 2, 3, 4, 5], step: ask() } },
  });
  await system.api.post('/queues/llm/pause');
  await submitMany(system, 'asks', 1000);
  await untilWaiting(system, 'llm', 5000);
  await system.api.post('/queues/default/pause');
  await submitMany(system, 'asks', 1000);
  const submittedAt = performance.now();

  const wanted = { runs: 1000, 'steps-llm': 5000 };
  await waitUntil('all counts are equal', WITHIN_MS, async () => {
    const { rows } = await system.db.query<{ runs: number; steps: number }>(
      `select (select count(*)::int from runs where status = 'queued') as runs,
        (select count(*)::int from steps where status = 'ready' and lane = 'llm') as steps`,
    );
    const [runs, steps] = [await presented(system, 'default'), await presented(system, 'llm')];
    const own = await Promise.all(Object.keys(wanted).map((name) => waitingIn(queues.get(name)!)));
    const counts = [
      [rows[0]!.runs, rows[0]!.steps],
      [runs.queuedRuns, steps.readySteps],
      [runs.jobs.waiting, steps.jobs.waiting],
      own,
    ];
    return counts.every(([a, b]) => a === 1000 && b === 5000);
  });
  const ms = performance.now() - submittedAt;
  t.diagnostic(`equal ${Math.round(ms)} ms after the last submission`);
  assert.ok(ms < 1000, `${ms} ms`);
});

test('a rate-limited model does not delay the other models', async (t) => {
  const models = await startPickyModels(t, 'gpt-5-mini');
  const system = await startTestSystem(t, {
    workers: 2,
    env: { OPENAI_BASE_URL: `${models.url}/v1` },
  });
  models.forwardTo(system.simulator.url);
  const { api } = system;
  // The step waits for an hour only if its timeout allows it.
  const asks = { ...ask('openai/gpt-5-mini'), timeout: '2h' };
  await api.createWorkflow({ name: 'kept', steps: { ask: asks } });
  await api.createWorkflow({ name: 'free', steps: { ask: ask('openai/gpt-6-luna') } });
  const first = await api.submitRun('kept');
  await waitUntil('the first call is refused', WITHIN_MS, () => models.refused() === 1);
  await waitUntil('its step waits', WITHIN_MS, async () => {
    return (await api.getRun(first.id)).status === 'waiting';
  });
  const kept = await Promise.all(Array.from({ length: 40 }, () => api.submitRun('kept')));
  const free = await Promise.all(Array.from({ length: 40 }, () => api.submitRun('free')));
  for (const { id } of free) assert.equal((await api.waitForRun(id)).status, 'succeeded');
  assert.equal(models.refused(), 1, 'the model got no other call');
  for (const { id } of [first, ...kept]) await api.cancelRun(id);
});

function call() {
  return { type: 'http', with: { url: workUrl(1) } } as const;
}

async function submitMany({ api }: TestSystem, workflow: string, count: number): Promise<void> {
  for (let left = count; left > 0; left -= BATCH)
    await api.submitRuns(workflow, Math.min(BATCH, left));
}

async function presented({ api }: TestSystem, name: string): Promise<PresentedQueue> {
  const queues = await api.get<PresentedQueue[]>('/queues');
  return queues.find((queue) => queue.name === name)!;
}

async function untilWaiting(system: TestSystem, lane: string, count: number): Promise<void> {
  await waitUntil(`${count} jobs of ${lane}`, WITHIN_MS, async () => {
    const { jobs } = await presented(system, lane);
    return jobs.waiting === count;
  });
}

/** BullMQ's own view, as in any BullMQ dashboard. */
function openQueues(t: TestContext, { redisUrl, prefix }: TestSystem): Map<string, Queue> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queues = new Map(
    QUEUES.map((name) => [
      name,
      new Queue(name, { connection, prefix: queuePrefix(prefix, name) }),
    ]),
  );
  t.after(async () => {
    await Promise.all([...queues.values()].map((queue) => queue.close()));
    connection.disconnect();
  });
  return queues;
}

async function waitingIn(queue: Queue): Promise<number> {
  const { waiting = 0, prioritized = 0, paused = 0 } = await queue.getJobCounts();
  return waiting + prioritized + paused;
}

/** The same as FLUSHALL on a Redis that only AIO uses. */
async function removeKeys({ redisUrl, prefix }: TestSystem): Promise<void> {
  const redis = new Redis(redisUrl);
  for await (const keys of redis.scanStream({ match: `*${prefix}*`, count: 1000 }))
    if (keys.length > 0) await redis.unlink(keys);
  redis.disconnect();
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMetric } from '../lib/read-metric.ts';
import { SIMULATOR_INPUT, workUrl } from '../lib/shapes.ts';
import { waitUntil } from '../lib/wait-until.ts';
import { startTestSystem, type TestSystem } from '../testing/test-system.ts';

const WITHIN_MS = 30_000;
const RUNS = 40;
const ASKS = 5;

test('the API and its metrics show the expected wait that follows from the rows', async (t) => {
  // No worker serves the lane llm.
  const system = await startTestSystem(t, { workers: 1, env: { WORKER_KINDS: 'http:64' } });
  const { api, db, simulator, workers } = system;
  await api.createWorkflow({
    name: 'calls',
    input: SIMULATOR_INPUT,
    steps: { call: { type: 'http', with: { url: workUrl(1) } } },
  });
  const ask = { type: 'llm', with: { model: 'openai/gpt-5-mini', prompt: 'Hello' } } as const;
  await api.createWorkflow({
    name: 'asks',
    steps: { each: { type: 'map', over: Array.from({ length: ASKS }, (_, n) => n), step: ask } },
  });
  const submitCalls = () =>
    Promise.all(
      Array.from({ length: RUNS }, () => api.submitRun('calls', { simulator: simulator.url })),
    );

  await submitCalls();
  await api.waitUntilIdle({ workflow: 'calls', timeoutMs: WITHIN_MS });

  await t.test('a worker reports every claim and every started step', async () => {
    await waitUntil('the worker reports them', WITHIN_MS, async () => {
      const { rows } = await db.query<{ reported: object; counted: object }>(`
        select begun::jsonb as reported, jsonb_build_object(
          'default', (select sum(epoch) from runs), 'http', (select count(*) from steps where started_at is not null)
        ) as counted from workers`);
      return JSON.stringify(rows[0]?.reported) === JSON.stringify(rows[0]?.counted);
    });
  });

  await t.test('an active lane: its backlog divided by its throughput', async () => {
    // The stopped worker reports nothing new, and counts as alive until its lease ends.
    await workers[0]!.signal('SIGSTOP');
    const submitted = await submitCalls();
    const { rows } = await db.query<{ waiting: number; begun: number }>(`
      select (select count(*)::int from runs where status = 'queued') as waiting,
        (begun ->> 'default')::int as begun from workers`);
    const { waiting, begun } = rows[0]!;
    assert.equal(waiting, submitted.length);
    assert.ok(begun >= RUNS, `${begun} claims`);
    assert.equal(await expectedWait(system, 'default'), (waiting * 60) / begun);
    assert.equal(await measured(system), (waiting * 60) / begun);
    await workers[0]!.signal('SIGCONT');
    await api.waitUntilIdle({ workflow: 'calls', timeoutMs: WITHIN_MS });
    assert.equal(await expectedWait(system, 'default'), 0);
    assert.equal(await expectedWait(system, 'http'), 0);
  });

  await t.test('a lane without workers: one minute for each step', async () => {
    await api.submitRun('asks');
    await waitUntil('all steps wait', WITHIN_MS, async () => {
      return (await expectedWait(system, 'llm')) === ASKS * 60;
    });
    assert.equal(await measured(system), ASKS * 60);
  });
});

async function expectedWait({ api }: TestSystem, name: string): Promise<number | null> {
  const queues = await api.get<{ name: string; expectedWaitSeconds: number | null }[]>('/queues');
  return queues.find((queue) => queue.name === name)!.expectedWaitSeconds;
}

/** Sums up all queues, of which only one has a backlog. */
function measured({ metricsUrl }: TestSystem): Promise<number> {
  return readMetric(metricsUrl, 'aio_queue_expected_wait_seconds');
}

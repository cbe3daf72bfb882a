import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { v7 as uuidv7 } from 'uuid';
import { STEP_KIND_NAMES } from '@aio/core/definition/kinds/registry';
import { reportWorker } from '@aio/platform/queries/queues/workers';
import { startTestApi } from '../../../testing/start-test-api.ts';

const CHILD = { type: 'workflow', with: { workflow: 'parent' } };
const PARENT = {
  name: 'parent',
  steps: {
    child: CHILD,
    each: { type: 'map', over: [1, 2], step: CHILD },
    think: { type: 'llm', with: { model: 'openai/x', prompt: 'x' } },
  },
};

test('child runs, and steps without a worker', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  await api.post('/api/v1/workflows', PARENT);
  const submit = () => api.submit('parent', {});
  const stepOf = async (runId: string, step: string) => {
    const { steps } = (await api.get(`/api/v1/runs/${runId}`)).body;
    return steps.find(({ id }: { id: string }) => id === step);
  };

  const parent = await submit();
  await engine.start(parent);
  await engine.writeStep(parent, 'child', { kind: 'workflow', status: 'waiting', waiting_seq: 3 });
  await engine.writeStep(parent, 'each', { kind: 'map', status: 'running', started_seq: 4 });

  async function startChild(step: string, iteration: number): Promise<string> {
    const id = await submit();
    await api.query(
      `update runs set parent_run_id = $2, parent_step = $3, parent_iteration = $4, depth = 1
        where id = $1`,
      [id, parent, step, iteration],
    );
    return id;
  }

  await t.test('a run links to its child runs, and they link back', async () => {
    const child = await startChild('child', -1);
    const item = await startChild('each', 1);
    const waiting = { kind: 'workflow', status: 'waiting' };
    await engine.writeStep(parent, 'each', { ...waiting, iteration: 1, waiting_seq: 5 });
    const step = await stepOf(parent, 'child');
    assert.deepEqual([step.awaits, step.childRunId], ['child', child]);
    assert.equal(step.childStatus, 'queued');
    assert.deepEqual(step.waitingFor, { reason: 'child', runId: child, until: null });
    const map = await stepOf(parent, 'each');
    const ofItems = { awaits: null, itemKind: 'workflow', itemAwaits: 'child', itemsTotal: 1 };
    assert.deepEqual(map.itemsByStatus, { waiting: 1 });
    assert.partialDeepStrictEqual(map, ofItems);
    assert.equal(map.childRunId, undefined);
    const { items } = (await api.get(`/api/v1/runs/${parent}/steps/each/items`)).body;
    assert.equal(items[0].childRunId, item);

    const ofChild = (await api.get(`/api/v1/runs/${item}`)).body;
    assert.deepEqual(ofChild.parent, { runId: parent, step: 'each', iteration: 1 });
    const listed = (await api.get(`/api/v1/runs?parent=${parent}`)).body.items;
    assert.deepEqual(pluck(listed, 'id', 'parent'), [
      [item, { runId: parent, step: 'each', iteration: 1 }],
      [child, { runId: parent, step: 'child', iteration: null }],
    ]);
    const all = (await api.get('/api/v1/runs')).body.items;
    assert.deepEqual(pluck(all, 'id', 'childRuns'), [
      [item, false],
      [child, false],
      [parent, true],
    ]);
    await api.query('update runs set cost = 0.25, unpriced_calls = 1 where id = $1', [item]);
    await api.query('update runs set cost = 0.5, parent_run_id = $2 where id = $1', [child, item]);
    const { items: priced } = (await api.get('/api/v1/runs')).body;
    assert.deepEqual(pluck(priced, 'costUsd', 'unpricedCalls'), [
      [0.75, 1],
      [0.5, 0],
      [0.75, 1],
    ]);
    await api.query('update runs set parent_run_id = $2 where id = $1', [child, parent]);
    const top = (await api.get('/api/v1/runs?parent=none')).body.items;
    assert.deepEqual(pluck(top, 'id'), [parent]);
    assert.equal((await api.get('/api/v1/runs?parent=nope')).status, 400);
  });

  await t.test('names a lane without a worker if a step waits for it', async () => {
    await engine.writeStep(parent, 'think', { kind: 'llm', lane: 'llm', status: 'ready' });
    const worker = {
      id: uuidv7(),
      host: 'box',
      pid: 1,
      version: '1',
      slots: 8,
      slotsUsed: 0,
      runsHeld: 0,
      state: 'running' as const,
      begun: {},
      leaseMs: 15_000,
    };
    const waitsOf = async () => {
      const step = await stepOf(parent, 'think');
      const { items } = (await api.get('/api/v1/runs?status=running')).body;
      return [step.waitingFor, items[0].waitingFor];
    };
    const others = STEP_KIND_NAMES.filter((kind) => kind !== 'llm');
    await reportWorker(api.pool, { ...worker, kinds: others, lanes: { http: 8 } });
    const noWorker = { reason: 'no_worker', lane: 'llm' };
    assert.deepEqual(await waitsOf(), [noWorker, noWorker]);
    await reportWorker(api.pool, { ...worker, id: uuidv7(), kinds: ['llm'], lanes: { llm: 8 } });
    assert.deepEqual(await waitsOf(), [null, null]);
  });

  await t.test('a step with a model call has the time to its first token', async () => {
    const run = await submit();
    await engine.start(run);
    const usage = { inputTokens: 3, outputTokens: 4, costUsd: null, timeToFirstTokenMs: 40 };
    await engine.writeStep(run, 'think', {
      kind: 'llm',
      status: 'succeeded',
      usage: JSON.stringify(usage),
      attempt: 1,
      ready_at: '2026-11-25T12:00:00.000Z',
      started_at: '2026-11-25T12:00:00.000Z',
      finished_at: '2026-11-25T12:00:01.000Z',
      finished_seq: 3,
    });
    const step = await stepOf(run, 'think');
    assert.deepEqual(step.usage, usage);
    assert.equal(step.attempts.at(-1).usage.timeToFirstTokenMs, 40);
  });
});

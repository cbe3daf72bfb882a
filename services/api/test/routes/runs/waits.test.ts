import { STEP_KIND_NAMES } from '@aio/core/definition/kinds/registry';
import { queueOf, type StepJob } from '@aio/core/run/jobs';
import { reportWorker } from '@aio/platform/queries/queues/workers';
import { JobLater, startQueueWorker } from '@aio/platform/queues/queue-worker';
import { UNTRACED } from '@aio/platform/testing/retry';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createWorkQueues } from '@aio/platform/queues/work-queues';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { startTestApi } from '../../../testing/start-test-api.ts';

const MODEL = 'openai/gpt-6-luna';
const WAITING = {
  name: 'waiting',
  steps: {
    hold: { type: 'http', with: { url: 'http://x/' } },
    call: { type: 'http', with: { url: 'http://x/' } },
    share: { type: 'http', with: { url: 'http://x/' } },
    think: { type: 'llm', with: { model: MODEL, prompt: 'x' } },
  },
};

test('a step that waits says why', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  await api.post('/api/v1/workflows', WAITING);
  const runId = await api.submit('waiting', {});
  await engine.start(runId);
  const waitOf = async (step: string) => {
    const { steps } = (await api.get(`/api/v1/runs/${runId}`)).body;
    return steps.find(({ id }: { id: string }) => id === step).waitingFor;
  };
  const worker = uuidv7();
  await reportWorker(api.pool, {
    id: worker,
    host: 'box',
    pid: 1,
    version: '1',
    slots: 2,
    slotsUsed: 1,
    runsHeld: 1,
    state: 'running',
    begun: {},
    leaseMs: 15_000,
    kinds: STEP_KIND_NAMES,
    lanes: { http: 1, llm: 1 },
  });

  await t.test('for a slot', async () => {
    const http = { kind: 'http', lane: 'http' };
    await engine.writeStep(runId, 'hold', { ...http, status: 'running', worker_id: worker });
    await engine.writeStep(runId, 'call', { ...http, status: 'ready' });
    const busy = { reason: 'slots_busy', lane: 'http', slots: 1, busy: 1, position: 0 };
    assert.deepEqual([await waitOf('hold'), await waitOf('call')], [null, busy]);
  });

  await t.test('for the end of a pause of its lane', async () => {
    await api.post('/api/v1/queues/http/pause', { reason: 'Its vendor is down.' });
    const { reason, lane, by, pauseReason } = await waitOf('call');
    assert.deepEqual([reason, lane, pauseReason], ['lane_paused', 'http', 'Its vendor is down.']);
    assert.ok(by);
  });

  /** Sends the job of a step, which a worker puts back with these data. @returns the reason why the step waits */
  async function heldBack(
    t: TestContext,
    { step, kind }: { step: string; kind: 'http' | 'llm' },
    data: Partial<StepJob>,
  ) {
    await engine.writeStep(runId, step, { kind, lane: kind, status: 'ready' });
    const place = { redisUrl: api.redisUrl, prefix: api.prefix };
    const queues = createWorkQueues({ db: api.pool, ...place });
    t.after(() => queues.close());
    const busy = startQueueWorker<StepJob>({
      ...place,
      queue: queueOf(kind),
      slots: 1,
      leaseMs: 30_000,
      process: () => Promise.reject(new JobLater(3_600_000, data)),
      onFailure: assert.ifError,
    });
    t.after(() => busy.close());
    const job = { runId, step, iteration: -1, attempt: 1, crashes: 0, lane: kind, resource: null };
    const rest = { workflowId: uuidv7(), owner: 'o', ...UNTRACED };
    await waitUntil(() => queues.addSteps([{ ...job, ...rest }]), { what: 'the job to be sent' });
    return await waitUntil(
      async () => {
        const found = await waitOf(step);
        return found !== null && found.reason !== 'slots_busy' && found;
      },
      { what: 'the job to be delayed' },
    );
  }

  await t.test('for the rate limit of its model', async (t) => {
    const wait = await heldBack(t, { step: 'think', kind: 'llm' }, { resource: MODEL });
    assert.deepEqual([wait.reason, wait.model], ['model_rate', MODEL]);
    assert.ok(Date.parse(wait.until) > Date.now());
  });

  await t.test("for a slot of its owner's share", async (t) => {
    await api.post('/api/v1/queues/http/resume');
    const wait = await heldBack(t, { step: 'share', kind: 'http' }, { aboveShare: 1 });
    assert.deepEqual(wait, { reason: 'owner_share', lane: 'http' });
  });
});

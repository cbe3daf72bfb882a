import { waitUntil } from '@aio/platform/testing/wait-until';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeWait } from '../../services/web/app/run/describe-wait.ts';
import type { Run, Step, Waiting } from '../../services/web/shared/api.ts';
import { startTestSystem } from '../testing/test-system.ts';

const MODEL = 'openai/gpt-6-luna';
/** Two workers with one lane each. */
const KINDS = { 'worker-1': 'http:1', 'worker-2': 'llm:1' } as const;
const LEASE_MS = 6_000;

function isWorker(name: string): name is keyof typeof KINDS {
  return Object.hasOwn(KINDS, name);
}

const WORKFLOWS = `
name: delayed
steps:
  pause: { type: delay, with: { duration: 1h } }
---
name: asking
steps:
  ask: { type: approval, timeout: 1d, with: { message: "Go on?", approver: { role: admin } } }
---
name: paid
steps:
  paid: { type: wait, timeout: 3d, with: { event: order.paid, key: "42" } }
---
name: parent
steps:
  order: { type: workflow, with: { workflow: paid } }
---
name: retried
input: { type: object, properties: { simulator: { type: string } } }
steps:
  flaky:
    type: http
    with: { url: "\${{ input.simulator }}/echo/503" }
    retry: { maxAttempts: 4, backoff: constant, delay: 1h, maxDelay: 1h }
---
name: mapped
steps:
  each: { type: map, over: [1, 2, 3], concurrency: 2, step: { type: approval } }
---
name: limited
steps:
  first: { type: llm, with: { model: ${MODEL}, prompt: Why? } }
  second: { type: llm, needs: [first], with: { model: ${MODEL}, prompt: Why? } }
---
name: held
input: { type: object, properties: { simulator: { type: string } } }
steps:
  hold: { type: http, timeout: 1h, with: { url: "\${{ input.simulator }}/work?hold=for-ever" } }
---
name: called
input: { type: object, properties: { simulator: { type: string } } }
steps:
  call: { type: http, with: { url: "\${{ input.simulator }}/work?ms=1" } }
---
name: plain
steps:
  only: { type: transform, with: { value: 1 } }
`.split('---');

test('every run and step that waits says why', async (t) => {
  const system = await startTestSystem(t, {
    workers: 2,
    env: { WORKER_LEASE_MS: String(LEASE_MS), LLM_RATE_LIMITS: `${MODEL}=1/1h` },
    processEnv: (name) => (isWorker(name) ? { WORKER_KINDS: KINDS[name] } : {}),
  });
  const { api, simulator } = system;
  for (const yaml of WORKFLOWS) await api.createWorkflow(yaml);
  const input = { simulator: simulator.url };
  const submit = async (workflow: string, given?: object) =>
    (await api.submitRun(workflow, given)).id;
  const seen = new Set<string>();

  /** Waits until the step shows this reason; `step` null = the run. */
  async function expectWait(runId: string, step: string | null, reason: Waiting['reason']) {
    let last: Waiting | null = null;
    const wait = await waitUntil(
      async () => {
        const run = await read(runId);
        const place = step === null ? run : run.steps.find(({ id }) => id === step);
        last = (place as Run | Step).waitingFor;
        return last?.reason === reason ? last : undefined;
      },
      { what: `${reason}, the last was ${JSON.stringify(last)}`, timeoutMs: 20_000 },
    );
    seen.add(reason);
    t.diagnostic(`${reason}: ${describeWait(wait, Date.now())}`);
    return wait;
  }

  const read = (runId: string) => system.api.get<Run>(`/runs/${runId}`);

  // These wait for a time, a person, an event or a run, and occupy no worker.
  await expectWait(await submit('delayed'), null, 'delay');
  const asked = await expectWait(await submit('asking'), 'ask', 'approval');
  assert.ok(asked.reason === 'approval' && asked.role === 'admin' && asked.until !== null);
  await expectWait(await submit('paid'), null, 'event');
  await expectWait(await submit('parent'), 'order', 'child');
  const retry = await expectWait(await submit('retried', input), 'flaky', 'retry');
  assert.ok(retry.reason === 'retry' && retry.attempt === 2 && retry.of === 4);
  const map = await expectWait(await submit('mapped'), 'each', 'map_concurrency');
  assert.ok(map.reason === 'map_concurrency' && map.running === 2 && map.limit === 2);

  // These wait for a slot.
  const rate = await expectWait(await submit('limited'), 'second', 'model_rate');
  assert.ok(rate.reason === 'model_rate' && rate.model === MODEL);
  const held = await submit('held', input);
  await waitUntil(async () => (await simulator.holds())['for-ever'] === 1, { what: 'the call' });
  assert.equal((await read(held)).waitingFor, null, 'a run with a running step waits for nothing');
  const called = await submit('called', input);
  const busy = await expectWait(called, 'call', 'slots_busy');
  assert.ok(busy.reason === 'slots_busy' && busy.slots === 1 && busy.busy === 1);
  assert.equal(busy.position, 0);
  await system.api.post('/queues/http/pause');
  const paused = await expectWait(called, null, 'lane_paused');
  assert.ok(paused.reason === 'lane_paused' && paused.by !== null);

  // This waits for an admin.
  await system.api.post('/workflows/plain/pause', { reason: 'Its vendor is down.' });
  const stopped = await expectWait(await submit('plain'), null, 'workflow_paused');
  assert.ok(stopped.reason === 'workflow_paused' && stopped.by !== null);
  assert.deepEqual([stopped.workflow, stopped.pauseReason], ['plain', 'Its vendor is down.']);
  await system.api.post('/workflows/plain/resume');

  // These wait for a worker.
  await system.workers[1]!.signal('SIGTERM');
  await expectWait(await submit('limited'), 'first', 'no_worker');
  await system.workers[0]!.signal('SIGKILL');
  await expectWait(await submit('plain'), null, 'queued_run');
  await expectWait(held, 'hold', 'lease');
  assert.ok(seen.size >= 10);
});

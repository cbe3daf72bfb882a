import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { LANES } from '@aio/core/definition/kinds/registry';
import { CHAIN } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { ADMIN } from '../../../testing/test-issuer.ts';

test('queues', async (t) => {
  const api = await startTestApi(t);
  await api.post('/api/v1/workflows', CHAIN);
  const readDefault = async () => {
    const { body } = await api.get('/api/v1/queues');
    return body.find(({ name }: { name: string }) => name === 'default');
  };

  await t.test('an idle queue is empty', async () => {
    const { body } = await api.get('/api/v1/queues');
    const unserved = LANES.map((name) => [name, 0]);
    assert.deepEqual(pluck(body, 'name', 'workers'), unserved);
    const slots = { workers: 0, slots: 0, slotsUsed: 0 };
    const work = { readySteps: 0, queuedRuns: 0, runningRuns: 0, jobs: null };
    const waits = { oldestReadyAgeSeconds: 0, expectedWaitSeconds: 0 };
    const idle = { name: 'default', ...slots, ...work, ...waits, paused: false, pause: null };
    assert.deepEqual({ ...(await readDefault()), jobs: null }, idle);
  });

  await t.test('response and metrics have the same depth', async () => {
    for (let n = 0; n < 3; n++) await api.post('/api/v1/workflows/chain/runs', { input: { n } });
    const queue = await readDefault();
    assert.equal(queue.queuedRuns, 3);
    assert.deepEqual(queue.jobs, { waiting: 3, active: 0, delayed: 0, failed: 0 });
    assert.ok(queue.oldestReadyAgeSeconds > 0);
    assert.equal(queue.expectedWaitSeconds, 180, 'no worker starts any, so a minute for each');

    const metrics = (await api.registry.scrape()).body;
    assert.match(metrics, /^aio_queue_depth\{queue="default",state="queued_runs"\} 3$/m);
    assert.match(metrics, /^aio_queue_jobs\{queue="default",state="waiting"\} 3$/m);
    assert.match(metrics, /^aio_queue_jobs\{queue="llm",state="waiting"\} 0$/m);
    assert.match(metrics, /^aio_queue_expected_wait_seconds\{queue="default"\} 180$/m);
    assert.match(metrics, /^aio_queue_expected_wait_seconds\{queue="llm"\} 0$/m);
    assert.match(metrics, /^aio_queue_rows\{queue="default",state="waiting"\} 3$/m);
    assert.match(metrics, /^aio_queue_rows\{queue="llm",state="active"\} 0$/m);
    assert.match(metrics, /^aio_active_runs\{state="running"\} 0$/m);
  });

  await t.test('pausing or resuming twice equals once', async () => {
    for (const [verb, paused] of [
      ['pause', true],
      ['resume', false],
    ] as const) {
      for (let times = 0; times < 2; times++) {
        const { status, body } = await api.post(`/api/v1/queues/default/${verb}`);
        assert.equal(status, 200);
        assert.equal(body.paused, paused);
      }
      assert.equal((await readDefault()).paused, paused);
      assert.equal((await readDefault()).expectedWaitSeconds, paused ? null : 180);
    }
  });

  await t.test('a pause can have a reason', async () => {
    const admin = await api.as(ADMIN);
    const pause = (body: object) => admin.post('/api/v1/queues/http/pause', body);
    for (const body of [{ reason: 'x'.repeat(201) }, { reason: '' }, { why: 'x' }])
      assert.equal((await pause(body)).status, 422);
    const { body } = await pause({ reason: 'maintenance' });
    assert.deepEqual([body.pause.by, body.pause.reason], [ADMIN.name, 'maintenance']);
    assert.equal((await pause({ reason: 'again' })).body.pause.reason, 'maintenance');
    const audit = await api.get('/api/v1/audit?action=pauseQueue&target=queues/http');
    assert.deepEqual(audit.body.items.at(-1).details, { reason: 'maintenance' });
    const resumed = await api.post('/api/v1/queues/http/resume');
    assert.equal(resumed.body.pause, null);
  });

  await t.test('an unknown queue is 404 and is not created', async () => {
    for (const verb of ['pause', 'resume'])
      assert.equal((await api.post(`/api/v1/queues/nope/${verb}`)).status, 404);
    assert.equal((await api.get('/api/v1/queues')).body.length, LANES.length);
  });
});

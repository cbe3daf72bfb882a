import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHAIN } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { ADMIN, BUILDER } from '../../../testing/test-issuer.ts';

test('pausing a workflow', async (t) => {
  const api = await startTestApi(t);
  const admin = await api.as(ADMIN);
  const builder = await api.as(BUILDER);
  await builder.post('/api/v1/workflows', CHAIN);
  const PAUSE = '/api/v1/workflows/chain/pause';
  const RESUME = '/api/v1/workflows/chain/resume';
  const reason = 'The vendor is down.';

  await t.test('is only for admins, with or without reason', async () => {
    assert.equal((await builder.post(PAUSE, { reason })).status, 403);
    for (const body of [undefined, {}]) {
      const paused = await admin.post(PAUSE, body);
      assert.equal(paused.status, 200);
      assert.deepEqual([paused.body.pausedBy, paused.body.pauseReason], [ADMIN.name, null]);
      assert.equal((await admin.post(RESUME)).body.pausedAt, null);
    }
    assert.equal((await admin.post(PAUSE, { reason: '' })).status, 422);
    assert.equal((await admin.post(PAUSE, { reason: 'x'.repeat(201) })).status, 422);
    for (const verb of ['pause', 'resume'])
      assert.equal((await admin.post(`/api/v1/workflows/nothing/${verb}`)).status, 404);
  });

  await t.test('makes its runs wait, and says who paused it and why', async () => {
    const paused = await admin.post(PAUSE, { reason });
    assert.deepEqual([paused.body.pausedBy, paused.body.pauseReason], [ADMIN.name, reason]);
    const { pausedAt } = (await builder.get('/api/v1/workflows/chain')).body;
    assert.equal(pausedAt, paused.body.pausedAt);
    const id = await builder.submit();
    const waitingFor = {
      reason: 'workflow_paused',
      workflow: 'chain',
      by: ADMIN.name,
      since: pausedAt,
      pauseReason: reason,
    };
    assert.deepEqual((await builder.get(`/api/v1/runs/${id}`)).body.waitingFor, waitingFor);
    const { items } = (await builder.get('/api/v1/runs')).body;
    assert.deepEqual(items[0].waitingFor, waitingFor);

    const again = await admin.post(PAUSE, { reason: 'Another reason.' });
    assert.deepEqual([again.body.pausedAt, again.body.pauseReason], [pausedAt, reason]);
    const resumed = await admin.post(RESUME);
    const { pausedBy, pauseReason } = resumed.body;
    assert.deepEqual([resumed.body.pausedAt, pausedBy, pauseReason], [null, null, null]);
    const { waitingFor: then } = (await builder.get(`/api/v1/runs/${id}`)).body;
    assert.notEqual(then?.reason, 'workflow_paused');
  });

  await t.test('is in the audit log, with its reason', async () => {
    const { items } = (await admin.get('/api/v1/audit?target=workflows/chain')).body;
    const [resumed, , first] = items;
    assert.deepEqual([resumed.action, resumed.details], ['resumeWorkflow', null]);
    assert.deepEqual([first.action, first.details], ['pauseWorkflow', { reason }]);
  });
});

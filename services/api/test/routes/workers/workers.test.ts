import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { reportWorker } from '@aio/platform/queries/queues/workers';
import { BUILDER } from '../../../testing/test-issuer.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';

test('lists workers as they have reported', async (t) => {
  const api = await startTestApi(t);
  assert.deepEqual((await api.get('/api/v1/workers')).body, []);

  const worker = {
    id: uuidv7(),
    host: 'box',
    pid: 42,
    version: '1.2.3',
    kinds: ['http', 'llm'],
    lanes: { http: 48, llm: 16 },
    slots: 64,
    slotsUsed: 3,
    runsHeld: 2,
    state: 'running' as const,
  };
  const unlisted = { begun: {}, leaseMs: 15_000 };
  await reportWorker(api.pool, { ...worker, ...unlisted });
  const [{ startedAt, heartbeatAt, ...listed }] = (await api.get('/api/v1/workers')).body;
  assert.ok(startedAt <= heartbeatAt);
  assert.deepEqual(listed, { ...worker, alive: true });
  const builder = await api.as(BUILDER);
  const [{ host, pid, id }] = (await builder.get('/api/v1/workers')).body;
  assert.deepEqual([id, host, pid], [worker.id, null, null], 'only admins see hosts');

  const age = (by: string) =>
    api.query(`update workers set heartbeat_at = now() - interval '${by}'`);
  await age('16 seconds');
  const [{ state, alive, slotsUsed, runsHeld }] = (await api.get('/api/v1/workers')).body;
  assert.deepEqual([state, alive, slotsUsed, runsHeld], ['lost', false, 0, 0]);
  // Even if no other worker runs to remove it.
  await age('2 minutes 1 second');
  assert.deepEqual((await api.get('/api/v1/workers')).body, []);
});

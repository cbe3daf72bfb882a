import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLostRuns } from '../oracles/oracles.ts';
import { startTestSystem } from '@aio/tools/testing/test-system';

const WIDTH = 120;
const KILL_EVERY = 40;

const WAITING = `
name: waiting
steps:
  paid: { type: wait, with: { event: order.paid, key: "\${{ input.key }}" } }
output: "\${{ steps.paid.output.payload }}"
`;
const WAITING_FOR_ALL = `
name: waiting-for-all
steps:
  each:
    type: map
    over: "\${{ input.keys }}"
    concurrency: 50
    step: { type: workflow, with: { workflow: waiting, input: { key: "\${{ item }}" } } }
output: "\${{ steps.each.output }}"
`;

test('child runs get each event once, while workers are killed', async (t) => {
  const { api, db, workers } = await startTestSystem(t, {
    workers: 2,
    env: { WORKER_LEASE_MS: '2000' },
  });
  await api.createWorkflow(WAITING);
  await api.createWorkflow(WAITING_FOR_ALL);
  const keys = Array.from({ length: WIDTH }, (_, index) => `order-${index}`);
  const { id } = await api.submitRun('waiting-for-all', { keys });

  const restarts: Promise<void>[] = [];
  for (const [index, key] of keys.entries()) {
    await post(key, index);
    if (index % KILL_EVERY !== KILL_EVERY / 2) continue;
    const worker = workers[(index / KILL_EVERY) & 1]!;
    await worker.signal('SIGKILL');
    restarts.push(worker.restart());
  }
  const run = await api.waitForRun(id);
  await Promise.all(restarts);

  assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
  assert.deepEqual(
    run.output,
    keys.map((_, index) => index),
  );
  const { rows: children } = await db.query('select id from runs where parent_run_id = $1', [id]);
  assert.equal(children.length, WIDTH, 'each item has started one run');
  const { rows } = await db.query(
    `select (select count(*)::int from events where taken_at is null) as "kept",
       (select count(*)::int from event_waits) as waits,
       (select count(*)::int from run_messages) as messages`,
  );
  assert.deepEqual(rows[0], { kept: 0, waits: 0, messages: 0 });
  assert.deepEqual(await findLostRuns(db, [id, ...children.map((child) => child.id)]), []);

  async function post(key: string, payload: number): Promise<void> {
    await api.post('/events', { name: 'order.paid', key, payload });
  }
});

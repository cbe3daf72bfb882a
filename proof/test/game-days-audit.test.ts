import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { listen } from '@aio/http/listen';
import { createTestDatabase } from '@aio/platform/testing/database';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { openDatabase } from '@aio/tools/system/database';
import { createInbox } from '../drills/alerts/kit/receiver.ts';
import { createController } from '../game-days/controller.ts';
import type { RunningSystem } from '../game-days/running-system.ts';
import { createGameDaysServer } from '../game-days/server.ts';

const TOKEN = 'a-token';
const NOWHERE = 'http://127.0.0.1:1';
/** As the API names the person who asks it. */
const BY = {
  subject: 'sub-admin',
  name: 'admin@test',
  via: 'session',
  action: 'of the API',
  address: '10.0.0.7',
  traceId: null,
};

/** A controller whose system has nothing but its database. */
async function startController(t: TestContext, databaseUrl: string) {
  const db = openDatabase(databaseUrl);
  const system = {
    db,
    api: { createWorkflow: () => Promise.reject(new Error('there is no API')) },
    simulator: { url: NOWHERE },
    lacks: () => null,
    mend: async () => {},
    close: () => db.end(),
  } as Partial<Record<keyof RunningSystem, unknown>> as RunningSystem;
  const inbox = createInbox();
  const controller = createController({ system, inbox, prometheusUrl: NOWHERE, undelivered: '' });
  const server = createGameDaysServer({ controller, inbox, token: TOKEN, deliveryToken: 'other' });
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    server.close();
    await controller.close();
  });
  return async (path: string, body: object) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(body),
    });
    await response.body?.cancel();
    return response.status;
  };
}

test('the audit log has starts, stops and traffic, whoever asks the controller', async (t) => {
  const { url, pool } = await createTestDatabase(t);
  const ask = await startController(t, url);
  const entries = async () => {
    const text = `select name, address, action, target, details from audit_log order by at`;
    return (await pool.query({ name: 'audit-of-test', text })).rows.map(Object.values);
  };

  assert.equal(await ask('/traffic', { minutes: 0 }), 202);
  assert.equal(await ask('/game', { blind: true, by: BY }), 202);
  assert.equal(await ask('/game', { fault: 'no-worker', by: BY }), 409);
  assert.equal(await ask('/game/stop', { by: BY }), 202);
  await waitUntil(async () => (await entries()).length === 3, { what: 'the stop is noted' });
  const here = ['npm run game-day', '127.0.0.1'];
  const admin = ['admin@test', '10.0.0.7'];
  assert.deepEqual(await entries(), [
    [...here, 'runTraffic', 'game-days', { minutes: 0 }],
    [...admin, 'startGame', 'game-days', { blind: true }],
    [...admin, 'stopGame', 'game-days', null],
  ]);
});

test('without an entry, nothing starts', async (t) => {
  const { url, pool } = await createTestDatabase(t);
  const ask = await startController(t, url);
  await pool.query({ name: 'break-audit', text: 'alter table audit_log rename to gone' });
  assert.equal(await ask('/game', { fault: 'no-worker' }), 500);
  assert.equal(await ask('/game/stop', {}), 404);
});

import type { Game } from '@aio/catalog/game-days';
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { type TestContext, test } from 'node:test';
import { listen } from '@aio/http/listen';
import { createInbox } from '../drills/alerts/kit/receiver.ts';
import { createController, Refused } from './controller.ts';
import type { RunningSystem } from './running-system.ts';
import { createGameDaysServer } from './server.ts';

const TOKEN = 'a-token';
const DELIVERY_TOKEN = 'a-token-of-alertmanager';
const BY = { subject: 's', name: 'n', via: 'bearer', address: null, traceId: null } as const;
const GAME = { id: 'of a test', state: 'broken' } as Game;

/** A server whose controller only notes what it is asked. */
async function startServer(t: TestContext) {
  const asked: unknown[] = [];
  const inbox = createInbox();
  const note = (what: unknown) => (asked.push(what), GAME);
  const server = createGameDaysServer({
    inbox,
    token: TOKEN,
    deliveryToken: DELIVERY_TOKEN,
    controller: {
      list: () => Promise.reject(new Error('not asked')),
      show: () => GAME,
      start: async (wanted) => {
        if (asked.length > 0) throw new Refused(409, 'a game is under way');
        return note(['start', wanted]);
      },
      stop: () => note('stop'),
      watching: () => void note('watching'),
      guess: (fault) => note(['guess', fault]),
      setTraffic: () => Promise.reject(new Error('not asked')),
    },
  });
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  const send = (method: string, path: string, headers: Record<string, string>, body = '') =>
    new Promise<{ status: number; body: unknown }>((resolve, reject) => {
      const sent = request({ port, method, path, headers, agent: false }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => (text += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) }));
      });
      sent.on('error', reject).end(body);
    });
  return { asked, inbox, port, send };
}

const WITH_TOKEN = { authorization: `Bearer ${TOKEN}` };

test('without the token, from another origin or host, nothing starts', async (t) => {
  const { asked, port, send } = await startServer(t);
  const start = (headers: Record<string, string>) =>
    send('POST', '/game', headers, '{"fault":"no-worker"}');
  assert.equal((await start({})).status, 401);
  assert.equal((await start({ authorization: 'Bearer a-tokem' })).status, 401);
  assert.equal((await start({ ...WITH_TOKEN, origin: 'http://localhost:3000' })).status, 403);
  assert.equal((await start({ ...WITH_TOKEN, host: `evil.example:${port}` })).status, 403);
  assert.deepEqual(asked, []);
});

test('one game starts, and a second one is refused', async (t) => {
  const { asked, send } = await startServer(t);
  const first = await send('POST', '/game', WITH_TOKEN, '{"fault":"no-worker"}');
  assert.deepEqual(first, { status: 202, body: GAME });
  const second = await send('POST', '/game', WITH_TOKEN, '{"blind":true}');
  assert.deepEqual(second, { status: 409, body: { error: 'a game is under way' } });
  assert.deepEqual(asked, [['start', { fault: 'no-worker' }]]);
});

test('bodies and paths that nobody sends are refused', async (t) => {
  const { asked, send } = await startServer(t);
  for (const body of [
    '',
    '[]',
    '{',
    '{"fault":1}',
    '{"fault":"a","blind":true}',
    `{"fault":"${'a'.repeat(5000)}"}`,
  ])
    assert.equal((await send('POST', '/game', WITH_TOKEN, body)).status, 400, body);
  for (const minutes of ['-1', '1.5', '"1"'])
    assert.equal(
      (await send('POST', '/traffic', WITH_TOKEN, `{"minutes":${minutes}}`)).status,
      400,
    );
  assert.equal((await send('GET', '/constructor', WITH_TOKEN)).status, 404);
  assert.deepEqual(asked, []);
});

test("Alertmanager's messages reach the inbox, and its token opens nothing else", async (t) => {
  const { asked, inbox, send } = await startServer(t);
  const alert = { status: 'firing', labels: { alertname: 'NoWorkerUp' }, annotations: {} };
  const byAlertmanager = { authorization: `Bearer ${DELIVERY_TOKEN}` };
  const deliver = (headers: Record<string, string>) =>
    send('POST', '/delivered', headers, JSON.stringify({ alerts: [alert] }));
  assert.equal((await deliver({})).status, 401);
  assert.equal((await deliver(WITH_TOKEN)).status, 401);
  assert.equal((await deliver(byAlertmanager)).status, 200);
  assert.equal((await send('POST', '/game', byAlertmanager, '{"blind":true}')).status, 401);
  assert.equal((await send('GET', '/game', byAlertmanager)).status, 401);
  assert.deepEqual(asked, []);
  assert.deepEqual(
    inbox.arrivals.map((one) => one.alert),
    ['NoWorkerUp'],
  );
});

test('the controller refuses forged names, and faults of absent parts with the reason', async () => {
  const system = {
    lacks: (need) => (need === 'redis' ? 'Redis is yours' : null),
    mend: () => Promise.reject(new Error('the game began')),
  } as Partial<RunningSystem> as RunningSystem;
  const options = { system, inbox: createInbox(), undelivered: '' };
  const controller = createController({ ...options, prometheusUrl: 'http://127.0.0.1:1' });
  await assert.rejects(controller.start({ fault: 'constructor' }, BY), { status: 404 });
  await assert.rejects(controller.start({ fault: 'redis-pauses' }, BY), {
    status: 422,
    message: 'Redis is yours',
  });
  await assert.rejects(controller.start({ fault: 'no-worker' }, BY), /the game began/);
  assert.throws(() => controller.stop(BY), { status: 404 });
  assert.throws(() => controller.guess('no-worker'), { status: 404 });
  const { faults } = await controller.list();
  const [redis] = faults.filter(({ unavailable }) => unavailable !== null);
  assert.equal(redis?.name, 'redis-pauses');
  assert.equal(faults.length, 11);
  const without = createController({ ...options, prometheusUrl: undefined });
  await assert.rejects(without.start({ fault: 'no-worker' }, BY), {
    status: 422,
    message: /no Prometheus/,
  });
});

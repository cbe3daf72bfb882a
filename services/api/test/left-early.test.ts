import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeRedis, createRedis } from '@aio/platform/redis/redis';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { startOwnRedis } from '@aio/tools/testing/own-redis';
import { SESSION_COOKIE, sessionOf, startRun } from '../testing/browser-client.ts';
import { comeBack, startWithLogins } from '../testing/come-back.ts';

/** The API checks the session of a stream every 2 s. */
const TWO_LOOKS_MS = 4_500;
const PAUSE_MS = 500;

test('does not check the session of a client that leaves before its stream starts', async (t) => {
  const own = await startOwnRedis(t);
  const { api } = await startWithLogins(t, { redisUrl: () => own.url });
  const { browser } = await comeBack(api);
  const events = await startRun(browser);
  const redis = createRedis(own.url, { role: 'command' });
  t.after(() => closeRedis(redis));
  await waitUntil(async () => redis.status === 'ready', { what: 'Redis answers' });
  const calls = async (command: string) => {
    const stats = await redis.info('commandstats');
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  };

  const found = await calls('getex');
  await redis.call('client', 'pause', PAUSE_MS, 'ALL');
  const socket = connect(api.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `GET ${events} HTTP/1.1\r\nHost: aio\r\nCookie: ${SESSION_COOKIE}=${sessionOf(browser)}\r\n\r\n`,
  );
  await sleep(PAUSE_MS / 5);
  socket.destroy();
  await waitUntil(async () => (await calls('getex')) === found + 1, { what: 'the look' });
  const looked = await calls('exists');
  await sleep(TWO_LOOKS_MS);
  assert.equal(await calls('exists'), looked);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { startOwnRedis } from '@aio/tools/testing/own-redis';
import { CHAIN } from '../testing/definitions.ts';
import { comeBack, startWithLogins } from '../testing/come-back.ts';
import { send } from '../testing/browser-client.ts';
import { ADMIN } from '../testing/test-issuer.ts';

const RUNS = '/api/v1/workflows/chain/runs';

test('Redis stopped: programs still work, sessions come back', async (t) => {
  const redis = await startOwnRedis(t);
  const env = { RATE_LIMITS: 'machine=5/1h' };
  const { service, api } = await startWithLogins(t, { redisUrl: () => redis.url, env });
  const { browser, status } = await comeBack(api);
  assert.equal(status, 302);
  const ask = async (subject: string, method: string, path: string, body?: object) => {
    const token = await service.sign({ ...ADMIN, subject });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return api.call(method, path, { headers, body: body && JSON.stringify(body) });
  };
  const unshared = async () =>
    (await api.sample('aio_http_rate_limit_unshared_total{policy="machine"}')) ?? 0;
  assert.equal((await ask('one', 'POST', '/api/v1/workflows', CHAIN)).status, 201);
  assert.equal(await unshared(), 0);

  await redis.stop();
  await t.test('programs still work, also with new tokens', async () => {
    assert.equal((await ask('one', 'POST', RUNS, { input: { n: 1 } })).status, 202);
    assert.equal((await ask('two', 'GET', '/api/v1/runs')).status, 200);
  });
  await t.test('local quotas apply, and requests count as unshared', async () => {
    await waitUntil(async () => (await unshared()) >= 2, { what: 'both requests are counted' });
    const statuses = [];
    for (let nth = 0; nth < 7; nth += 1)
      statuses.push((await ask('three', 'GET', '/api/v1/runs')).status);
    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429]);
  });
  await t.test('sessions and logins get 503 with the reason', async () => {
    for (const [method, path] of [
      ['GET', '/auth/me'],
      ['GET', '/api/v1/runs'],
      ['POST', '/auth/logout'],
      ['GET', '/auth/login'],
    ] as const) {
      const answer = await send(browser, method, path);
      const body = (await answer.json()) as { code: string; detail: string };
      assert.deepEqual([answer.status, body.code], [503, 'redis_away'], path);
      assert.match(body.detail, /^Redis does not answer, so browser sessions do not work/);
      assert.ok(Number(answer.headers.get('retry-after')) > 0, path);
    }
    assert.equal(await api.sample('aio_session_errors_total'), 4);
  });
  await redis.start();
  await t.test('the session works again after it', async () => {
    await api.untilReady();
    assert.equal((await send(browser, 'GET', '/auth/me')).status, 200);
  });
});

test('sessions on another Redis', async (t) => {
  const cache = await startOwnRedis(t);
  const { service, api } = await startWithLogins(t, { env: { REDIS_CACHE_URL: cache.url } });
  const token = await service.sign({ ...ADMIN, subject: 'one' });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = (path: string, body: object) =>
    api.call('POST', path, { headers, body: JSON.stringify(body) });
  const ready = async (query = '') => api.call('GET', `/ready${query}`);

  await t.test('the API reports both', async () => {
    const { body } = await ready();
    assert.deepEqual(body.components, { database: 'ok', redis: 'ok', redis_cache: 'ok' });
    assert.match(await api.scrape(), /^aio_dependency_up\{dependency="redis_cache"\} 1$/m);
  });

  assert.equal((await post('/api/v1/workflows', CHAIN)).status, 201);
  assert.equal((await post(RUNS, { input: { n: 1 } })).status, 202);
  const { browser, status } = await comeBack(api);
  assert.equal(status, 302);
  assert.equal((await send(browser, 'GET', '/auth/me')).status, 200);

  await cache.stop();
  await t.test('without it, sessions get 503, and the API accepts and queues runs', async () => {
    await waitUntil(async () => (await ready()).status === 503, { what: 'the loss is noticed' });
    const { body } = await ready();
    assert.deepEqual(body.components, { database: 'ok', redis: 'ok', redis_cache: 'unavailable' });
    assert.equal((await ready('?require=redis')).status, 200);
    assert.match(await api.scrape(), /^aio_dependency_up\{dependency="redis_cache"\} 0$/m);
    assert.match(await api.scrape(), /^aio_dependency_up\{dependency="redis"\} 1$/m);
    assert.equal((await post(RUNS, { input: { n: 1 } })).status, 202);
    assert.equal((await send(browser, 'GET', '/auth/me')).status, 503);
  });

  await cache.start();
  await t.test('sessions work again after it', async () => {
    await api.untilReady();
    assert.equal((await send(browser, 'GET', '/auth/me')).status, 200);
  });
});

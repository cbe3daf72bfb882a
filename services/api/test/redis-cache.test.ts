import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { startOwnRedis } from '@aio/stack/testing/own-redis';
import { send } from '../testing/browser-client.ts';
import { comeBack, startWithLogins } from '../testing/come-back.ts';
import { CHAIN } from '../testing/definitions.ts';
import { ADMIN } from '../testing/test-issuer.ts';

const RUNS = '/api/v1/workflows/chain/runs';

test('sessions and caches on another Redis', async (t) => {
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

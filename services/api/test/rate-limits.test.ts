import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { test } from 'node:test';
import Koa from 'koa';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { pluck } from '@aio/platform/testing/pluck';
import { readApiConfig } from '../config.ts';
import type { RequestState } from '../http/request-state.ts';
import { createBuckets } from '../limits/buckets.ts';
import { DEVELOPMENT_QUOTAS, PRODUCTION_QUOTAS } from '../limits/quota.ts';
import { answerProblems } from '../middleware/answer-problems.ts';
import { limitRates } from '../middleware/limit-rates.ts';
import { startTestApi, type TestApi } from '../testing/start-test-api.ts';
import { BUILDER } from '../testing/test-issuer.ts';

const RUNS = '/api/v1/runs';
const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

async function counted(api: TestApi, metric: string): Promise<number> {
  const { body } = await api.registry.scrape();
  const values = body.matchAll(new RegExp(`^${metric}\\{[^}]*\\} (\\d+)`, 'gm'));
  return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
}

test('an address has its quota', async (t) => {
  const api = await startTestApi(t, { env: { RATE_LIMITS: 'address=5/1h,machine=off' } });

  await t.test('responses say how much is left', async () => {
    const { status, headers } = await api.call('GET', RUNS, from('203.0.113.1'));
    assert.equal(status, 200);
    assert.equal(headers.get('ratelimit-policy'), '"address";q=5;w=3600');
    assert.equal(headers.get('ratelimit'), '"address";r=4;t=720');
  });

  await t.test('refuses requests above it, with the time to wait', async () => {
    const answers = [];
    for (let nth = 0; nth < 5; nth += 1)
      answers.push(await api.call('GET', RUNS, from('203.0.113.1')));
    assert.deepEqual(pluck(answers, 'status'), [200, 200, 200, 200, 429]);
    const { headers, body } = answers[4]!;
    assert.equal(headers.get('content-type'), 'application/problem+json');
    assert.deepEqual([body.code, body.status], ['rate_limited', 429]);
    const wait = Number(headers.get('retry-after'));
    assert.ok(wait > 0 && wait <= 720, `${wait} s`);
    assert.equal(headers.get('ratelimit'), `"address";r=0;t=${wait}`);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(await counted(api, 'aio_http_rate_limited_total'), 1);
  });

  await t.test('also for unknown paths', async () => {
    assert.equal((await api.call('GET', '/nothing', from('203.0.113.1'))).status, 429);
  });

  await t.test('another address has its own quota, one of the same network does not', async () => {
    assert.equal((await api.call('GET', RUNS, from('203.0.113.2'))).status, 200);
    const network = ['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:3::1'];
    const left = [];
    for (const address of network) {
      const { headers } = await api.call('GET', RUNS, from(address));
      left.push(/r=(\d)/.exec(headers.get('ratelimit') ?? '')?.[1]);
    }
    assert.deepEqual(left, ['4', '3', '4']);
  });

  await t.test('a client cannot use quotas of addresses that it sends itself', async () => {
    const answers = [];
    for (let nth = 0; nth < 6; nth += 1)
      answers.push(await api.call('GET', RUNS, from(`198.51.100.${nth}, 203.0.113.3`)));
    assert.equal(answers.at(-1)?.status, 429);
  });

  await t.test('probes do not count', async () => {
    for (let nth = 0; nth < 10; nth += 1) {
      const { status, headers } = await api.call('GET', '/health', from('203.0.113.1'));
      assert.deepEqual([status, headers.get('ratelimit')], [200, null]);
    }
  });
});

test('logins have their own quota in addition, however the client spells the path', async (t) => {
  const api = await startTestApi(t, { env: { RATE_LIMITS: 'login=4/1h' } });
  const { hostname, port } = new URL(api.url);
  const ask = async (path: string) => {
    const sent = request({ hostname, port, path, ...from('203.0.113.1') }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    return answer;
  };
  const first = await ask('/auth/callback');
  const policies = String(first.headers['ratelimit-policy']).match(/"\w+"/g);
  assert.deepEqual(policies, ['"address"', '"login"', '"anonymous"']);
  for (const path of ['/auth/login?returnTo=nowhere', '/auth/login#x', 'http://any/auth/login?'])
    assert.doesNotMatch(String((await ask(path)).statusCode), /404|429/, path);
  for (const path of ['/auth/login', '/auth/login#x', 'http://any/auth/callback?'])
    assert.equal((await ask(path)).statusCode, 429, path);
  for (const path of ['/auth/login/', '/auth/callback/', `${RUNS}/`])
    assert.equal((await ask(path)).statusCode, 404, path);
  assert.equal((await api.call('GET', RUNS, from('203.0.113.1'))).status, 200);
});

test('X-Forwarded-For of untrusted clients does not count', async (t) => {
  const env = { RATE_LIMITS: 'address=2/1h,machine=off', AIO_TRUSTED_PROXIES: 'none' };
  const api = await startTestApi(t, { env });
  const statuses = [];
  // The test's client has used one request to read the OpenAPI document.
  for (const address of ['203.0.113.1', '203.0.113.2'])
    statuses.push((await api.call('GET', RUNS, from(address))).status);
  assert.deepEqual(statuses, [200, 429]);
});

test('two replicas share a quota', async (t) => {
  const RATE_LIMITS = 'address=5/1h';
  const one = await startTestApi(t, { env: { RATE_LIMITS } });
  const other = await startTestApi(t, { env: { RATE_LIMITS, AIO_PREFIX: one.prefix } });
  for (let nth = 0; nth < 5; nth += 1) await one.call('GET', RUNS, from('203.0.113.1'));
  const statusAt = async () => (await other.call('GET', RUNS, from('203.0.113.1'))).status;
  await waitUntil(async () => (await statusAt()) === 429, { what: 'the other refuses too' });
});

test('Redis down: requests pass and are counted as unshared', async (t) => {
  const api = await startTestApi(t, {
    redisUrl: () => 'redis://127.0.0.1:1',
    env: { RATE_LIMITS: 'machine=off,anonymous=off' },
  });
  for (let nth = 0; nth < 3; nth += 1) assert.equal((await api.get(RUNS)).status, 200);
  const unshared = () => counted(api, 'aio_http_rate_limit_unshared_total');
  // One of them reads the OpenAPI document.
  await waitUntil(async () => (await unshared()) === 4, { what: 'four requests are counted' });
});

test('a program has its quota, checked before the policy', async (t) => {
  const api = await startTestApi(t, { env: { RATE_LIMITS: 'machine=2/1h' } });
  const builder = await api.as(BUILDER);
  const pause = () => builder.post('/api/v1/queues/http/pause');
  const first = await pause();
  assert.equal(first.status, 403);
  assert.match(first.headers.get('ratelimit-policy') ?? '', /, "machine";q=2;w=3600$/);
  await pause();
  assert.equal((await pause()).status, 429);
  assert.equal((await builder.get(RUNS)).status, 429);
  assert.equal((await api.get(RUNS)).status, 200, 'others have their own');
  const nobody = await api.as(null);
  for (let nth = 0; nth < 3; nth += 1) assert.equal((await nobody.get(RUNS)).status, 401);
});

test('callers without login have a smaller quota per address', async (t) => {
  const api = await startTestApi(t, { env: { RATE_LIMITS: 'anonymous=4/1h' } });
  const statuses = [];
  const DOCS = '/api/v1/docs';
  for (const path of [DOCS, '/api/v1/openapi.json', '/nothing', '/auth/nothing', DOCS])
    statuses.push((await api.call('GET', path, from('203.0.113.1'))).status);
  assert.deepEqual(statuses, [200, 200, 404, 404, 429]);
  assert.equal((await api.call('GET', '/api/v1/docs', from('203.0.113.2'))).status, 200);
  assert.equal((await api.call('GET', RUNS, from('203.0.113.1'))).status, 200, 'who is known');
  assert.equal((await api.call('GET', '/health', from('203.0.113.1'))).status, 200, 'probes');
  for (const quotas of [PRODUCTION_QUOTAS, DEVELOPMENT_QUOTAS])
    assert.ok(quotas.anonymous!.requests * 5 < quotas.address!.requests);
});

test('users have their own quota, programs another', async (t) => {
  const counts: string[] = [];
  const buckets = createBuckets({ shared: { spend: async () => null }, onUnshared: () => {} });
  t.after(() => buckets.close());
  const { quotas, trustedProxies } = readApiConfig({ RATE_LIMITS: 'user=2/1h,machine=3/1h' });
  const limits = limitRates({
    buckets,
    quotas,
    trustedProxies,
    metrics: { rateLimited: { inc: ({ policy }) => void counts.push(policy) } },
  });
  const app = new Koa<RequestState>({ env: 'production' });
  app.use(answerProblems({ log: { debug() {}, info() {}, warn() {}, error() {} } }));
  app.use(limits.byAddress);
  app.use((ctx, next) => {
    const [via, subject] = ctx.get('X-Test-Principal').split(' ');
    if (via === 'bearer' || via === 'session')
      ctx.state.principal = { via, subject: subject!, name: '', roles: [], expiresAtMs: Infinity };
    return next();
  });
  app.use(limits.byPrincipal);
  app.use((ctx) => void (ctx.body = ctx.state.address));
  const { url, close } = await startHttpServer(app.callback());
  t.after(close);

  const statusesOf = async (principal: string, requests: number) => {
    const statuses = [];
    for (let nth = 0; nth < requests; nth += 1) {
      const headers = { 'x-test-principal': principal };
      statuses.push((await fetch(url, { headers })).status);
    }
    return statuses;
  };
  assert.deepEqual(await statusesOf('session ada', 3), [200, 200, 429]);
  assert.deepEqual(await statusesOf('session grace', 1), [200]);
  assert.deepEqual(await statusesOf('bearer ada', 4), [200, 200, 200, 429]);
  assert.deepEqual(await statusesOf('', 4), [200, 200, 200, 200]);
  assert.deepEqual(counts, ['user', 'machine']);
});

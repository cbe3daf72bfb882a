import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeRedis, createRedis } from '@aio/platform/redis/redis';
import { readAllRows } from '@aio/platform/testing/all-rows';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { PUBLIC_URL, sessionOf } from '../testing/browser-client.ts';
import { comeBack, startWithLogins } from '../testing/come-back.ts';
import { OTHER_KEY, type TokenChanges } from '../testing/test-issuer.ts';

test('invalid ID tokens', async (t) => {
  const { service, api } = await startWithLogins(t);
  const nowS = Math.floor(Date.now() / 1000);
  const cases: Record<string, TokenChanges> = {
    'signed with a wrong key': { key: (await OTHER_KEY).privateKey },
    'signed with an unknown key': { key: (await OTHER_KEY).privateKey, header: { kid: 'k2' } },
    'without a signature': {
      token: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`,
    },
    'of another issuer': { claims: { iss: 'http://elsewhere' } },
    'for another client': { claims: { aud: 'aio-machine' } },
    'for another login': { claims: { nonce: 'another' } },
    'for no login': { claims: { nonce: undefined } },
    'that has expired': { claims: { exp: nowS - 600 } },
    'that is no token': { token: 'x' },
  };
  for (const [name, change] of Object.entries(cases)) {
    await t.test(name, async () => {
      service.change(change);
      const { browser, status, code } = await comeBack(api);
      assert.deepEqual([status, code], [400, 'login_failed']);
      assert.equal(sessionOf(browser), undefined);
    });
  }
  await t.test('counts each', async () => {
    const { body } = await api.registry.scrape();
    assert.match(body, /^aio_logins_total\{outcome="failed"\} 9$/m);
    assert.match(body, /^aio_logins_total\{outcome="succeeded"\} 0$/m);
  });
  await t.test('a valid one logs in', async () => {
    service.change({});
    const { browser, status } = await comeBack(api);
    assert.equal(status, 302);
    assert.equal((await browser.request(`${PUBLIC_URL}/auth/me`)).status, 200);
  });
});

test('cookies are HttpOnly, and over HTTPS only for this host', async (t) => {
  const { api } = await startWithLogins(t);
  const plain = (await fetch(`${api.url}/auth/login`, { redirect: 'manual' })).headers;
  const attributes = 'Path=/; HttpOnly; SameSite=Lax';
  const cookie = (name: string, rest: string) =>
    new RegExp(`^${name}=[\\w-]{43}; ${attributes}; ${rest}$`);
  assert.match(plain.get('set-cookie') ?? '', cookie('aio_login', 'Max-Age=600'));
  const secure = await startWithLogins(t, { publicUrl: 'https://aio.example' });
  const { headers } = await fetch(`${secure.api.url}/auth/login`, { redirect: 'manual' });
  assert.match(headers.get('set-cookie') ?? '', cookie('__Host-aio_login', 'Secure; Max-Age=600'));
  const sent = new URL(headers.get('location') ?? '').searchParams;
  assert.equal(sent.get('redirect_uri'), 'https://aio.example/auth/callback');
  assert.equal(sent.get('code_challenge_method'), 'S256');
  for (const name of ['state', 'nonce', 'code_challenge'])
    assert.match(sent.get(name) ?? '', /^[\w-]{43}$/, name);
});

test('the session cookie is the same, and its id is stored nowhere', async (t) => {
  for (const [publicUrl, pattern] of [
    [PUBLIC_URL, /^aio_session=([\w-]{43}); Path=\/; HttpOnly; SameSite=Lax$/],
    [
      'https://aio.example',
      /^__Host-aio_session=([\w-]{43}); Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    ],
  ] as const) {
    const { api } = await startWithLogins(t, { publicUrl });
    const begun = await fetch(`${api.url}/auth/login`, { redirect: 'manual' });
    const { searchParams } = new URL(begun.headers.get('location') ?? '');
    const [cookie = ''] = (begun.headers.get('set-cookie') ?? '').split(';');
    const [code, state] = [searchParams.get('nonce') ?? '', searchParams.get('state') ?? ''];
    const query = new URLSearchParams({ code, state });
    const path = `${api.url}/auth/callback?${query}`;
    const ended = await fetch(path, { redirect: 'manual', headers: { cookie } });
    const [, id = ''] = pattern.exec(ended.headers.get('set-cookie') ?? '') ?? [];
    assert.notEqual(id, '', ended.headers.get('set-cookie') ?? 'no cookie');
    const redis = createRedis(api.redisUrl, { role: 'command' });
    t.after(() => closeRedis(redis));
    await waitUntil(async () => redis.status === 'ready', { what: 'Redis answers' });
    const keys = await redis.keys(`${api.prefix}:*`);
    const kept = await Promise.all(
      keys.map(async (key) => ((await redis.type(key)) === 'string' ? redis.get(key) : '')),
    );
    assert.ok(keys.some((key) => key.includes(':session:')));
    const rows = await readAllRows(async (text) => ({ rows: await api.query(text) }));
    const stored = [...keys, ...kept, rows, JSON.stringify(api.logged)].join();
    assert.ok(!stored.includes(id));
  }
});

test('a page of another site cannot use a session', async (t) => {
  const { api } = await startWithLogins(t);
  const { browser } = await comeBack(api);
  const operations = Object.entries(api.document.paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== 'get')
      .map((method) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, 'x') })),
  );
  assert.ok(operations.length > 10);
  const ask = async (method: string, path: string, headers: Record<string, string>) => {
    const response = await browser.request(`${PUBLIC_URL}${path}`, { method, headers });
    return [response.status, ((await response.json()) as { code: string }).code];
  };
  for (const { method, path } of operations) {
    await t.test(`${method} ${path}`, async () => {
      for (const headers of [
        {},
        { origin: PUBLIC_URL },
        { 'aio-csrf': '1' },
        { 'aio-csrf': '1', origin: 'https://evil.example' },
        { 'aio-csrf': '1', origin: 'null' },
        { 'aio-csrf': '1', origin: 'http://localhost:3001' },
        { 'aio-csrf': '0', origin: PUBLIC_URL },
      ] as Record<string, string>[]) {
        assert.deepEqual(await ask(method, path, headers), [403, 'cross_site']);
      }
      if (path === '/auth/logout') return;
      const [, code] = await ask(method, path, { 'aio-csrf': '1', origin: PUBLIC_URL });
      assert.notEqual(code, 'cross_site', 'our own page may ask');
    });
  }
  await t.test('counts refusals by reason', async () => {
    const { body } = await api.registry.scrape();
    assert.match(body, /^aio_access_refusals_total\{reason="cross_site"\} [1-9]\d+$/m);
    assert.match(body, /^aio_access_refusals_total\{reason="role"\} [1-9]\d*$/m);
  });
  await t.test('an invalid bearer token is refused even with a valid cookie', async () => {
    const headers = { authorization: 'Bearer x' };
    const me = await browser.request(`${PUBLIC_URL}/auth/me`, { headers });
    assert.equal(me.status, 401);
  });
});

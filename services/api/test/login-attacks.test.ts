import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeRedis, createRedis } from '@aio/platform/redis/redis';
import { listAudit } from '@aio/platform/queries/audit-log';
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
  const exempt = '/auth/backchannel-logout';
  assert.ok(operations.length > 10);
  const ask = async (method: string, path: string, headers: Record<string, string>) => {
    const response = await browser.request(`${PUBLIC_URL}${path}`, { method, headers });
    return [response.status, ((await response.json()) as { code: string }).code];
  };
  for (const { method, path } of operations.filter((one) => one.path !== exempt)) {
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
  await t.test('the back-channel logout needs no session', async () => {
    assert.notEqual((await ask('POST', exempt, {}))[0], 403);
  });
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

test('logout tokens', async (t) => {
  const { service, api } = await startWithLogins(t);
  const post = async (form: Record<string, string>) => {
    const init = { method: 'POST', body: new URLSearchParams(form) };
    return (await fetch(`${api.url}/auth/backchannel-logout`, init)).status;
  };
  const tell = (token: string) => post({ logout_token: token });
  const { browser } = await comeBack(api);
  const me = async (who = browser) => (await who.request(`${PUBLIC_URL}/auth/me`)).status;

  const forged: Record<string, TokenChanges> = {
    'signed with a wrong key': { key: (await OTHER_KEY).privateKey },
    'of another issuer': { claims: { iss: 'http://elsewhere' } },
    'for another client': { claims: { aud: 'another' } },
    'without logout event': { claims: { events: {} } },
    'with the type of ID tokens': { header: { typ: 'JWT' } },
    'with a nonce, as ID tokens have': { claims: { nonce: 'n' } },
    'without sid and sub': { claims: { sid: undefined, sub: undefined } },
    'that has expired': { claims: { exp: 1 } },
    'that is no token': { token: 'x' },
  };
  for (const [name, change] of Object.entries(forged)) {
    await t.test(`one ${name}: 400, and no session ends`, async () => {
      assert.equal(await tell(await service.signLogoutToken(change)), 400);
      assert.equal(await me(), 200);
    });
  }
  await t.test('no token: 400', async () => {
    assert.equal(await post({ other: 'x' }), 400);
  });
  await t.test('a valid one ends only the session that it names', async () => {
    service.change({ claims: { sid: 'sid-2' } });
    const { browser: other } = await comeBack(api);
    assert.equal(await tell(await service.signLogoutToken()), 204);
    assert.equal(await me(), 401);
    assert.equal(await me(other), 200);
    const ofAll = await service.signLogoutToken({ claims: { sid: undefined } });
    assert.equal(await tell(ofAll), 204);
    assert.equal(await me(other), 401);
    assert.equal(await tell(ofAll), 204, 'a second time is no error');
  });
  await t.test('the audit log has only those that ended a session', async () => {
    const { items } = await listAudit(api.pool, { action: 'endSessions', limit: 10, cursor: null });
    const [one] = items;
    assert.equal(items.length, 2);
    assert.equal(one?.target, `users/${one?.subject}`);
    assert.deepEqual([one?.name, one?.via, one?.address], ['builder@test', 'session', '127.0.0.1']);
  });
});

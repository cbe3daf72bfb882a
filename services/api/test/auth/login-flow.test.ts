import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Router } from '@koa/router';
import Koa from 'koa';
import { type Browser, createBrowser } from '@aio/identity/testing/browser';
import { closeRedis, createRedis } from '@aio/platform/redis/redis';
import { testRedis } from '@aio/platform/testing/redis';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { rolesReader } from '../../auth/claims.ts';
import { createCookies } from '../../auth/cookies.ts';
import { createLoginFlow } from '../../auth/login-flow.ts';
import { createOpenIdLogin, LoginError } from '../../auth/openid-login.ts';
import { createSessions } from '../../auth/sessions.ts';
import { startOtherIssuer } from '../../testing/other-issuer.ts';

const PUBLIC_URL = 'http://localhost:3000';

/** A Koa service with nothing but the five files, and an issuer that is not like Keycloak. */
async function start(t: TestContext) {
  const groups = ['buyers', 'staff'];
  const { issuer } = await startOtherIssuer(t, { publicUrl: PUBLIC_URL, groups });
  const { url: redisUrl, prefix } = await testRedis(t);
  const redis = createRedis(redisUrl, { role: 'command' });
  t.after(() => closeRedis(redis));
  await waitUntil(() => redis.ping(), { what: 'Redis answers' });
  const sessions = createSessions({ redis, prefix });
  const cookies = createCookies(PUBLIC_URL, 'shop_');
  const login = createOpenIdLogin({
    issuer,
    clientId: 'shop',
    clientSecret: 'secret-of-the-shop',
    publicUrl: PUBLIC_URL,
    rolesClaim: 'groups',
    allowsHttp: true,
  });
  const flow = createLoginFlow({ sessions, cookies, issuer: login, refreshEveryMs: 240_000 });
  const send = (
    ctx: Koa.Context,
    { location, setCookie }: { location: string; setCookie: string },
  ) => {
    ctx.set('Set-Cookie', setCookie);
    ctx.redirect(location);
  };
  const router = new Router()
    .get('/auth/login', async (ctx) => {
      const returnTo = new URLSearchParams(ctx.querystring).get('returnTo') ?? '/';
      send(ctx, await flow.begin(ctx.get('Cookie'), returnTo));
    })
    .get('/auth/callback', async (ctx) => {
      const done = await flow.finish(ctx.get('Cookie'), ctx.querystring);
      send(ctx, done ?? ctx.throw(400, 'not started here'));
    })
    .post('/auth/logout', async (ctx) => {
      const { logoutUrl, setCookie } = await flow.logout(ctx.get('Cookie'));
      send(ctx, { location: logoutUrl ?? '/', setCookie });
    })
    .get('/me', async (ctx) => {
      const id = cookies.read(ctx.headers.cookie, 'session');
      ctx.body = (id && (await sessions.find(id))) || ctx.throw(401);
    })
    .get('/', (ctx) => void (ctx.body = 'the shop'));
  const app = new Koa();
  app.silent = true;
  const { url, close } = await startHttpServer(app.use(router.routes()).callback());
  t.after(close);
  const openBrowser = () => createBrowser({ [PUBLIC_URL]: url });
  const me = async (browser: Browser) => {
    const response = await browser.request(`${PUBLIC_URL}/me`);
    return [response.status, response.ok ? await response.json() : null];
  };
  return { login, groups, openBrowser, me };
}

test('a Koa service logs people in with any issuer and any claim of roles', async (t) => {
  const { login, groups, openBrowser, me } = await start(t);
  const browser = openBrowser();
  assert.deepEqual(await me(browser), [401, null]);
  const landed = await browser.visit(`${PUBLIC_URL}/auth/login?returnTo=/me`);
  assert.equal(landed.url, `${PUBLIC_URL}/me`, landed.text);
  assert.deepEqual([...browser.cookiesFor(PUBLIC_URL).keys()], ['shop_login', 'shop_session']);
  const [, session] = (await me(browser)) as [number, { refreshToken: string }];
  assert.partialDeepStrictEqual(session, {
    subject: 'ann',
    name: 'ann',
    displayName: 'Ann',
    roles: ['buyers', 'staff'],
  });

  await t.test('roles follow the issuer, which keeps its refresh token', async () => {
    groups.pop();
    const refreshed = await login.refresh(session.refreshToken);
    assert.deepEqual(refreshed.roles, ['buyers']);
    assert.equal(refreshed.refreshToken, session.refreshToken);
    await assert.rejects(login.refresh('forged'), (error) => {
      return error instanceof LoginError && error.reason === 'refused' && error.status === 400;
    });
  });

  await t.test('a logout ends the session, and leads to the page of the issuer', async () => {
    const response = await browser.request(`${PUBLIC_URL}/auth/logout`, { method: 'POST' });
    assert.equal(response.status, 302);
    assert.match(response.headers.get('location') ?? '', /\/oauth2\/default\/session\/end\?/);
    assert.deepEqual(await me(browser), [401, null]);
  });
});

test('a callback that this browser has not asked for is 400, and a way to another site is refused', async (t) => {
  const { openBrowser, me } = await start(t);
  const victim = openBrowser();
  const attacker = openBrowser();
  const begun = await attacker.request(`${PUBLIC_URL}/auth/login`);
  const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? '';
  for (const query of [`code=x&state=${state}`, `code=x`, 'error=access_denied']) {
    const { status, text } = await victim.visit(`${PUBLIC_URL}/auth/callback?${query}`);
    assert.equal(status, 400);
    assert.match(text, /not started here/);
  }
  const forged = await attacker.visit(`${PUBLIC_URL}/auth/callback?code=forged&state=${state}`);
  assert.equal(forged.status, 400);
  assert.match(forged.text, /refused the login/);
  assert.deepEqual(await me(attacker), [401, null]);
  for (const to of ['//evil.example', '/\\evil.example', 'https://evil.example']) {
    const url = `${PUBLIC_URL}/auth/login?returnTo=${encodeURIComponent(to)}`;
    assert.equal((await victim.visit(url)).status, 500);
  }
});

test('roles come from a claim, or a path to one', () => {
  const claims = {
    groups: ['a', 7, 'b'],
    role: 'one',
    realm_access: { roles: ['c'] },
    'https://example.com/roles': ['d'],
  };
  const rolesAt = (claim: string) => rolesReader(claim)(claims);
  assert.deepEqual(rolesAt('groups'), ['a', 'b']);
  assert.deepEqual(rolesAt('role'), ['one']);
  assert.deepEqual(rolesAt('realm_access.roles'), ['c']);
  assert.deepEqual(rolesAt('https://example.com/roles'), ['d']);
  for (const claim of ['none', 'realm_access', 'role.length', 'constructor.name', '__proto__'])
    assert.deepEqual(rolesAt(claim), []);
});

test('a prefix that breaks the name of a cookie is refused', () => {
  assert.throws(() => createCookies(PUBLIC_URL, 'a;b'), TypeError);
});

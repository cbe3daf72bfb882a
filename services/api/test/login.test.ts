import assert from 'node:assert/strict';
import { test } from 'node:test';
import { USERS } from '@aio/identity/testing/users';
import { PROVIDERS } from '@aio/tools/testing/providers';
import { closeRedis, createRedis } from '@aio/platform/redis/redis';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createMachineToken, fetchAs } from '@aio/tools/start/machine-token';
import { createSessions } from '../auth/sessions.ts';
import { openBrowserAt, PUBLIC_URL, send, sessionOf, startRun } from '../testing/browser-client.ts';
import {
  followLogout,
  isLoginPage,
  LOGIN_URL,
  logOut,
  outcomeOf,
  startLoginStand,
} from '../testing/login-stand.ts';
import { openStream } from '../testing/read-stream.ts';

const REFUSED = [400, 'login_failed'];
const AWAY = [503, 'unavailable'];

for (const each of PROVIDERS) {
  test(`logging in by ${each.name}`, { skip: each.skip }, async (t) => {
    const { api, provider, logIn, callbackOf, statusOf } = await startLoginStand(t, each);
    const redis = createRedis(api.redisUrl, { role: 'command' });
    t.after(() => closeRedis(redis));
    await waitUntil(() => redis.ping(), { what: 'Redis answers' });
    const sessions = createSessions({ redis, prefix: api.prefix });

    for (const [user, displayName, queue] of [
      ['admin', 'Ada Admin', 200],
      ['builder', 'Bea Builder', 403],
    ] as const) {
      await t.test(`as ${user}: login, identity, access and logout`, async () => {
        const browser = await logIn(user);
        const me = await (await browser.request(`${PUBLIC_URL}/auth/me`)).json();
        const expected = { name: USERS[user].username, displayName, via: 'session' };
        assert.partialDeepStrictEqual(me, expected);
        assert.ok((me as { roles: string[] }).roles.includes(user));
        assert.equal((await browser.request(`${PUBLIC_URL}/api/v1/runs`)).status, 200);
        const pause = await send(browser, 'POST', '/api/v1/queues/http/pause');
        assert.equal(pause.status, queue);

        const id = sessionOf(browser);
        const logoutUrl = await logOut(browser);
        assert.equal(sessionOf(browser), undefined, 'the cookie is deleted');
        assert.equal(await statusOf(id), 401, 'and a copy of it is invalid');
        // Here the API takes the place of the web UI, and its / redirects to its documentation.
        const { url } = await followLogout(browser, logoutUrl ?? '');
        assert.equal(url, `${PUBLIC_URL}/api/v1/docs`);
        const again = await browser.visit(LOGIN_URL);
        assert.ok(isLoginPage(again), 'the login service asks again');
      });
    }

    await t.test('a wrong password shows the login page again', async () => {
      const browser = openBrowserAt(api);
      const page = await browser.visit(LOGIN_URL);
      const again = await browser.submit(page, { ...USERS.builder, password: 'no' });
      assert.ok(isLoginPage(again));
      assert.match(again.text, /Invalid username or password/);
      assert.equal(sessionOf(browser), undefined);
      await browser.submit(again, USERS.builder);
      assert.equal(await statusOf(sessionOf(browser)), 200, 'then the right one logs in');
    });

    await t.test('a program with a client secret is accepted too', async () => {
      const me = await fetchAs(createMachineToken(provider.url))(`${api.url}/auth/me`);
      const { name, roles } = (await me.json()) as { name: string; roles: string[] };
      assert.equal(name, 'service-account-aio-machine');
      assert.ok(roles.includes('admin'));
    });

    await t.test('a cookie from before the login is invalid after it', async () => {
      const browser = openBrowserAt(api);
      browser.setCookie(PUBLIC_URL, 'aio_session', 'planted-by-somebody');
      await logIn('builder', browser);
      const first = sessionOf(browser);
      assert.notEqual(first, 'planted-by-somebody');
      assert.ok((first?.length ?? 0) >= 22, '128 bits at least');
      assert.equal(await statusOf('planted-by-somebody'), 401);
      assert.equal(await statusOf(first), 200);
      await logIn('builder', browser);
      assert.notEqual(sessionOf(browser), first, 'another login, another id');
      assert.equal(await statusOf(first), 401);
    });

    await t.test('a callback works once, and only in its browser', async () => {
      const [mine, theirs] = [openBrowserAt(api), openBrowserAt(api)];
      const myCallback = await callbackOf(mine, 'builder');
      const theirCallback = await callbackOf(theirs, 'builder');
      const changed = (change: (query: URLSearchParams) => void) => {
        const url = new URL(myCallback);
        change(url.searchParams);
        return url.href;
      };
      for (const [browser, url, what] of [
        [mine, theirCallback, 'swapped'],
        [theirs, myCallback, 'swapped'],
        [openBrowserAt(api), myCallback, 'no cookie'],
        [mine, changed((query) => query.delete('state')), 'no state'],
        [mine, changed((query) => query.set('state', 'another')), 'another state'],
      ] as const) {
        assert.deepEqual(await outcomeOf(await browser.request(url)), REFUSED, what);
      }
      assert.equal(sessionOf(mine), undefined);
      assert.equal((await mine.request(myCallback)).status, 302);
      assert.notEqual(sessionOf(mine), undefined);
      assert.deepEqual(await outcomeOf(await mine.request(myCallback)), REFUSED, 'replayed');
    });

    await t.test('a refusal of the login service is a failed login', async () => {
      const browser = openBrowserAt(api);
      const begun = await browser.request(LOGIN_URL);
      const url = new URL(begun.headers.get('location') ?? '');
      url.searchParams.delete('code_challenge');
      url.searchParams.delete('code_challenge_method');
      const page = await browser.visit(url.href);
      const { origin, pathname, searchParams } = new URL(page.url);
      assert.equal(origin + pathname, `${PUBLIC_URL}/auth/callback`);
      assert.equal(searchParams.get('error'), 'invalid_request', 'no login without PKCE');
      assert.deepEqual([page.status, JSON.parse(page.text).code], REFUSED);
    });

    await t.test('after five minutes, a session has the current roles', async () => {
      const browser = await logIn('builder');
      const id = sessionOf(browser)!;
      for (const round of [1, 2]) {
        const session = (await sessions.find(id))!;
        await sessions.replace(id, { ...session, roles: [], refreshAtMs: 0 });
        const me = await (await browser.request(`${PUBLIC_URL}/auth/me`)).json();
        assert.ok((me as { roles: string[] }).roles.includes('builder'), `refresh ${round}`);
      }
    });

    await t.test('a logout ends the session and its streams', async () => {
      const browser = await logIn('builder');
      const events = await startRun(browser);
      const id = sessionOf(browser);
      assert.equal(await statusOf(id), 200);
      const cookie = `aio_session=${id}`;
      const stream = await openStream(`${api.url}${events}`, { cookie });
      assert.equal((await stream.next())?.event, 'run.queued');
      assert.equal(stream.status, 200);
      const elsewhere = sessionOf(await logIn('builder'));

      const logoutUrl = await logOut(browser);
      assert.equal(await statusOf(id), 401);
      assert.deepEqual(await stream.rest(), [], 'the stream ends with the session');
      assert.equal(await statusOf(elsewhere), 200, 'another login of the user still works');

      const hint = new URL(logoutUrl ?? '').searchParams.get('id_token_hint');
      const headers = { authorization: `Bearer ${hint}` };
      const { status } = await api.call('GET', '/auth/me', { headers });
      assert.equal(status, 401, 'an ID token is no access token');
    });

    await t.test(
      'a logout at the login service ends the session of AIO with its next refresh',
      async () => {
        const browser = await logIn('builder');
        const logoutUrl = await logOut(browser);
        // The login service asks nothing, because its own session still exists.
        await logIn('builder', browser);
        const id = sessionOf(browser)!;
        const elsewhere = sessionOf(await logIn('builder'))!;
        await followLogout(browser, logoutUrl ?? '');
        for (const one of [id, elsewhere])
          await sessions.replace(one, { ...(await sessions.find(one))!, refreshAtMs: 0 });
        await waitUntil(async () => (await statusOf(id)) === 401, { what: 'the session is over' });
        assert.equal(await statusOf(elsewhere), 200, 'another login of the user still works');
      },
    );

    await t.test('login service down: logins get 503, others still work', async () => {
      const browser = await logIn('builder');
      const [begun, never] = [openBrowserAt(api), openBrowserAt(api)];
      const callback = await callbackOf(begun, 'admin');
      const known = fetchAs(createMachineToken(provider.url));
      const fresh = await createMachineToken(provider.url)();
      assert.equal((await known(`${api.url}/api/v1/runs`)).status, 200);

      await provider.stop();
      const refused = await never.request(LOGIN_URL);
      const { code, detail } = (await refused.clone().json()) as { code: string; detail: string };
      assert.deepEqual([refused.status, code], AWAY);
      assert.match(detail, /The login service does not answer. Existing sessions keep working/);
      assert.ok(Number(refused.headers.get('retry-after')) > 0);
      assert.deepEqual(await outcomeOf(await begun.request(callback)), AWAY, 'on the way back');
      assert.ok((await api.sample('aio_login_service_errors_total{request="metadata"}'))! > 0);

      assert.equal((await browser.request(`${PUBLIC_URL}/api/v1/runs`)).status, 200);
      assert.equal((await known(`${api.url}/api/v1/runs`)).status, 200);
      const headers = { authorization: `Bearer ${fresh}` };
      const { status } = await api.call('GET', '/api/v1/runs', { headers });
      assert.equal(status, 200, 'a new token with a known key');
      assert.equal((await api.call('GET', '/ready')).status, 200);

      const id = sessionOf(browser);
      assert.equal(await logOut(browser), null, 'no logout URL');
      assert.equal(await statusOf(id), 401);
    });
  });
}

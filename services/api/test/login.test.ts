import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { logInAs } from '@aio/identity/testing/browser';
import { startIdentity } from '@aio/identity/server';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { findFreePort } from '@aio/stack/free-port';
import { CHAIN } from '../testing/definitions.ts';
import { openBrowserAt, PUBLIC_URL, send, sessionOf } from '../testing/browser-client.ts';
import { openStream } from '../testing/read-stream.ts';
import { startTestApi, type TestApi } from '../testing/start-test-api.ts';

/**
 * The same against whatever provider has the realm: the embedded one, or the Keycloak at
 * TEST_KEYCLOAK_URL with AIO_PUBLIC_URL left as it is. Keycloak tells of logouts where its import was told
 * to: TEST_BACKCHANNEL_PORT is the port of that address, and without it that part is skipped.
 */
const keycloakUrl = process.env['TEST_KEYCLOAK_URL'];
const backchannelPort = Number(process.env['TEST_BACKCHANNEL_PORT'] ?? 0);
const hearsOfLogouts = keycloakUrl === undefined || backchannelPort !== 0;

const USERS = {
  admin: { username: 'admin@example.com', password: 'admin123' },
  builder: { username: 'builder@example.com', password: 'builder123' },
};

async function startStand(t: TestContext): Promise<TestApi> {
  if (keycloakUrl !== undefined) {
    return startTestApi(t, { keycloakUrl, publicUrl: PUBLIC_URL, port: backchannelPort });
  }
  const port = await findFreePort();
  const identity = await startIdentity({
    host: '127.0.0.1',
    port: 0,
    env: { AIO_PUBLIC_URL: PUBLIC_URL, AIO_BACKCHANNEL_URL: `http://127.0.0.1:${port}` },
  });
  t.after(() => identity.close());
  return startTestApi(t, { keycloakUrl: identity.url, publicUrl: PUBLIC_URL, port });
}

test(`logging in by ${keycloakUrl ?? 'the embedded provider'}`, async (t) => {
  const api = await startStand(t);
  await waitUntil(async () => (await api.call('GET', '/ready')).status === 200, { what: 'ready' });

  async function logIn(user: keyof typeof USERS, returnTo = '/api/v1/docs') {
    const browser = openBrowserAt(api);
    const start = `${PUBLIC_URL}/auth/login?returnTo=${encodeURIComponent(returnTo)}`;
    const page = await browser.visit(start);
    const landed = await logInAs(browser, page, USERS[user]);
    assert.equal(landed.url, `${PUBLIC_URL}${returnTo}`, landed.text.slice(0, 300));
    return browser;
  }

  for (const [user, roles, queue] of [
    ['admin', 'admin', 200],
    ['builder', 'builder', 403],
  ] as const) {
    await t.test(`as ${user}: in, who am I, what may I, and out`, async () => {
      const browser = await logIn(user);
      const me = (await (await browser.request(`${PUBLIC_URL}/auth/me`)).json()) as {
        name: string;
        displayName: string;
        roles: string[];
        via: string;
      };
      assert.equal(me.name, USERS[user].username);
      assert.equal(me.displayName, user === 'admin' ? 'Ada Admin' : 'Bea Builder');
      assert.ok(me.roles.includes(roles));
      assert.equal(me.via, 'session');
      assert.equal((await browser.request(`${PUBLIC_URL}/api/v1/runs`)).status, 200);
      const pause = await send(browser, 'POST', '/api/v1/queues/http/pause');
      assert.equal(pause.status, queue);

      const id = sessionOf(browser);
      const left = await send(browser, 'POST', '/auth/logout');
      assert.equal(left.status, 200);
      const { logoutUrl } = (await left.json()) as { logoutUrl: string };
      assert.equal(sessionOf(browser), undefined, 'the cookie is taken away');
      const old = await fetch(`${api.url}/auth/me`, { headers: { cookie: `aio_session=${id}` } });
      assert.equal(old.status, 401, 'and is worth nothing to who kept it');

      let page = await browser.visit(logoutUrl);
      if (/op\.logoutForm/.test(page.text)) page = await browser.submit(page, { logout: 'yes' });
      assert.equal(page.url, `${PUBLIC_URL}/`);
      const again = await browser.visit(`${PUBLIC_URL}/auth/login`);
      assert.match(again.text, /name="password"/, 'the login service asks again');
    });
  }

  await t.test('a machine with its secret is the same to the API', async () => {
    const { createMachineToken, fetchAs } = await import('@aio/stack/machine-token');
    const url = keycloakUrl ?? new URL(await loginPageUrl()).origin;
    const me = await fetchAs(createMachineToken(url))(`${api.url}/auth/me`);
    const { name, roles } = (await me.json()) as { name: string; roles: string[] };
    assert.equal(name, 'service-account-aio-machine');
    assert.ok(roles.includes('admin'));
  });

  async function loginPageUrl(): Promise<string> {
    return (await openBrowserAt(api).visit(`${PUBLIC_URL}/auth/login`)).url;
  }

  await t.test('the cookie from before a login is worth nothing after', async () => {
    const browser = openBrowserAt(api);
    browser.setCookie(PUBLIC_URL, 'aio_session', 'planted-by-somebody');
    const page = await browser.visit(`${PUBLIC_URL}/auth/login?returnTo=/api/v1/docs`);
    await logInAs(browser, page, USERS.builder);
    const first = sessionOf(browser);
    assert.notEqual(first, 'planted-by-somebody');
    assert.ok((first?.length ?? 0) >= 22, '128 bits at least');
    const status = async (id?: string) =>
      (await fetch(`${api.url}/auth/me`, { headers: { cookie: `aio_session=${id}` } })).status;
    assert.equal(await status('planted-by-somebody'), 401);
    assert.equal(await status(first), 200);
    await browser.visit(`${PUBLIC_URL}/auth/login?returnTo=/api/v1/docs`);
    assert.notEqual(sessionOf(browser), first, 'another login, another id');
    assert.equal(await status(first), 401);
  });

  await t.test('a callback is its browser’s alone, and good once', async () => {
    const [mine, theirs] = [openBrowserAt(api), openBrowserAt(api)];
    const callbackOf = async (browser: typeof mine): Promise<string> => {
      const page = await browser.visit(`${PUBLIC_URL}/auth/login?returnTo=/api/v1/docs`);
      let found = '';
      const watched = Object.create(browser) as typeof mine;
      // The redirect back is caught on its way.
      const response = await watched.request(...formOf(page, USERS.builder));
      let location = response.headers.get('location') ?? '';
      for (let hop = 0; found === '' && hop < 10; hop++) {
        const next = new URL(location, page.url).href;
        if (next.startsWith(`${PUBLIC_URL}/auth/callback`)) found = next;
        else location = (await browser.request(next)).headers.get('location') ?? '';
      }
      return found;
    };
    const [myCallback, theirCallback] = [await callbackOf(mine), await callbackOf(theirs)];
    const answer = async (browser: typeof mine, url: string) => {
      const response = await browser.request(url);
      return [
        response.status,
        ((await response.json().catch(() => ({}))) as { code?: string }).code,
      ];
    };
    const refused = [400, 'login_failed'];
    assert.deepEqual(await answer(mine, theirCallback), refused, 'swapped');
    assert.deepEqual(await answer(theirs, myCallback), refused, 'swapped');
    assert.deepEqual(await answer(openBrowserAt(api), myCallback), refused, 'no cookie');
    const without = new URL(myCallback);
    without.searchParams.delete('state');
    assert.deepEqual(await answer(mine, without.href), refused, 'no state');
    const other = new URL(myCallback);
    other.searchParams.set('state', 'another');
    assert.deepEqual(await answer(mine, other.href), refused, 'another state');
    assert.equal(sessionOf(mine), undefined);
    assert.deepEqual(await answer(mine, myCallback), [302, undefined]);
    assert.notEqual(sessionOf(mine), undefined);
    assert.deepEqual(await answer(mine, myCallback), refused, 'replayed');
  });

  await t.test(
    'logging out at the login service ends it here',
    { skip: !hearsOfLogouts },
    async () => {
      const browser = await logIn('builder');
      const id = sessionOf(browser);
      const headers = { cookie: `aio_session=${id}` };
      await api.as(null);
      await fetch(`${api.url}/api/v1/runs`, { headers });
      const created = await browser.request(`${PUBLIC_URL}/api/v1/workflows`, {
        method: 'POST',
        body: JSON.stringify({ ...CHAIN, name: `of-${Date.now()}` }),
        headers: { 'content-type': 'application/json', 'aio-csrf': '1', origin: PUBLIC_URL },
      });
      assert.equal(created.status, 201);
      const stream = await openStream(`${api.url}/api/v1/events/runs`, headers);
      assert.equal(stream.status, 200);

      const other = await logIn('builder');
      const { logoutUrl } = (await (await send(browser, 'POST', '/auth/logout')).json()) as {
        logoutUrl: string;
      };
      assert.ok(logoutUrl);
      assert.deepEqual(await stream.rest(), [], 'the stream ends with the session');
      assert.equal(
        (await other.request(`${PUBLIC_URL}/auth/me`)).status,
        200,
        'another browser is in',
      );

      const third = await logIn('builder');
      const thirdId = sessionOf(third);
      const again = await third.visit(`${PUBLIC_URL}/auth/login?returnTo=/api/v1/docs`);
      assert.equal(again.status, 200);
      const hint = (await (await send(third, 'POST', '/auth/logout')).json()) as {
        logoutUrl: string;
      };
      await third.visit(`${PUBLIC_URL}/auth/login?returnTo=/api/v1/docs`);
      const now = sessionOf(third);
      assert.notEqual(now, thirdId);
      const page = await third.visit(hint.logoutUrl);
      if (/op\.logoutForm/.test(page.text)) await third.submit(page, { logout: 'yes' });
      await waitUntil(
        async () => {
          const me = await fetch(`${api.url}/auth/me`, {
            headers: { cookie: `aio_session=${now}` },
          });
          return me.status === 401;
        },
        { what: 'the session is over' },
      );
    },
  );
});

function formOf(page: { text: string; url: string }, fields: Record<string, string>) {
  const action =
    /<form\b[^>]*action="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const init = {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { origin: new URL(page.url).origin },
  };
  return [new URL(action, page.url).href, init] as const;
}

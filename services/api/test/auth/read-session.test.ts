import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { createBrowser, logInAs } from '@aio/identity/testing/browser';
import { startIdentity } from '@aio/identity/server';
import { AioError } from '@aio/core/errors';
import { closeRedis, createRedis } from '@aio/platform/redis/redis';
import { testRedis } from '@aio/platform/testing/redis';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { createOpenIdLogin } from '../../auth/openid-login.ts';
import { createSessionReader } from '../../auth/read-session.ts';
import { createSessions } from '../../auth/sessions.ts';

const MINUTE_MS = 60_000;
const LOGIN = { state: 's', nonce: 'n', verifier: 'v'.repeat(43) };

/** What the way to the login service does with requests for tokens. */
type Fault = 'cut' | 'garbled' | 429 | 503 | null;

/** The embedded provider with one more user, and APIs that share sessions and a clock. */
async function setUp(t: TestContext) {
  const user = {
    id: randomUUID(),
    username: 'eve@example.com',
    enabled: true,
    credentials: [{ type: 'password', value: 'eve123', temporary: false }],
    realmRoles: ['admin'],
  };
  const publicUrl = 'http://localhost:3000';
  const provider = await startIdentity({
    host: '127.0.0.1',
    port: 0,
    env: { AIO_PUBLIC_URL: publicUrl },
    moreUsers: [user],
  });
  t.after(() => provider.close());

  const seen = { refreshes: 0, fault: null as Fault };
  const way = await startHttpServer(async (request, response) => {
    const { method = 'GET', url = '', headers } = request;
    const body = await text(request);
    if (body.includes('grant_type=refresh_token')) {
      seen.refreshes += 1;
      if (seen.fault === 'cut') return void response.destroy();
      if (seen.fault === 'garbled') return void response.writeHead(404).end('<h1>Who?</h1>');
      if (seen.fault !== null) return void response.writeHead(seen.fault).end();
    }
    const answer = await fetch(provider.url + url, {
      method,
      headers: { ...pick(headers, 'authorization'), ...pick(headers, 'content-type') },
      ...(method === 'POST' && { body }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(await answer.text());
  });
  t.after(way.close);

  const { url, prefix } = await testRedis(t);
  const redis = createRedis(url, { role: 'command' });
  t.after(() => closeRedis(redis));
  await waitUntil(() => redis.ping(), { what: 'Redis answers' });
  const clock = { ms: Date.now() };
  const now = () => clock.ms;
  const sessions = createSessions({ redis, prefix, now });
  const logged: string[] = [];
  const write = (_: object, message: string) => void logged.push(message);
  const log = { debug: write, info: write, warn: write, error: write };
  const loginService = createOpenIdLogin({
    issuer: provider.issuer,
    internalUrl: way.url,
    clientId: 'aio-api',
    clientSecret: 'aio_api_secret',
    publicUrl,
    rolesClaim: 'realm_access.roles',
    allowsHttp: true,
    toError: (reason, message) =>
      new AioError(reason === 'refused' ? 'login_failed' : reason, message),
  });

  /** @returns the session's id */
  async function logIn(): Promise<string> {
    const landing = await startHttpServer((_, response) => void response.end('here'));
    t.after(landing.close);
    const browser = createBrowser({ [publicUrl]: landing.url });
    const page = await browser.visit(await loginService.begin(LOGIN));
    const back = await logInAs(browser, page, { username: user.username, password: 'eve123' });
    const query = new URL(back.url).search.slice(1);
    const found = await loginService.finish(query, LOGIN);
    const expiresAtMs = now() + 600 * MINUTE_MS;
    return sessions.begin({ ...found, expiresAtMs, refreshAtMs: now() + 4 * MINUTE_MS });
  }

  const startApi = () => createSessionReader({ sessions, loginService, log, now });
  return { user, seen, clock, sessions, logged, logIn, startApi };
}

function pick(headers: Record<string, unknown>, name: string): Record<string, string> {
  return typeof headers[name] === 'string' ? { [name]: headers[name] } : {};
}

test('roles follow the login service within five minutes', async (t) => {
  const { user, seen, clock, logIn, startApi } = await setUp(t);
  const id = await logIn();
  const read = startApi();
  const roles = async (how: 'find' | 'peek' = 'find') => (await read(id, how))?.roles;
  user.realmRoles = ['builder'];
  clock.ms += 3 * MINUTE_MS;
  assert.deepEqual([await roles(), seen.refreshes], [['admin'], 0], 'no need to ask yet');

  clock.ms += 2 * MINUTE_MS;
  assert.deepEqual([await roles(), seen.refreshes], [['builder'], 1]);
  user.realmRoles = [];
  clock.ms += 5 * MINUTE_MS;
  assert.deepEqual([await roles('peek'), seen.refreshes], [[], 2], 'also for an open stream');

  user.realmRoles = ['admin'];
  clock.ms += 4 * MINUTE_MS;
  assert.deepEqual(await roles(), [], 'a minute ahead, no request waits');
  await waitUntil(async () => (await roles())?.[0] === 'admin', { what: 'the answer is there' });
  assert.equal(seen.refreshes, 3);
});

test('concurrent requests at several APIs refresh a session once', async (t) => {
  const { seen, clock, logIn, startApi } = await setUp(t);
  const id = await logIn();
  const apis = [startApi(), startApi(), startApi()];
  for (const round of [1, 2, 3]) {
    clock.ms += 5 * MINUTE_MS;
    const requests = Array.from({ length: 12 }, (_, nth) => apis[nth % 3]!(id, 'find'));
    const found = await Promise.all(requests);
    // The provider ends the session if a refresh token is used twice.
    assert.ok(found.every((session) => session?.roles.join() === 'admin'));
    assert.equal(seen.refreshes, round);
  }
});

test('a refused refresh ends the session, an absent login service does not', async (t) => {
  const { user, seen, clock, logged, sessions, logIn, startApi } = await setUp(t);
  const read = startApi();

  await t.test('absent', async () => {
    const id = await logIn();
    user.realmRoles = ['builder'];
    for (const fault of ['cut', 503, 429] as const) {
      seen.fault = fault;
      seen.refreshes = 0;
      clock.ms += 5 * MINUTE_MS;
      const found = [await read(id, 'find'), await read(id, 'find')];
      const roles = found.map((session) => session?.roles.join());
      assert.deepEqual([...roles, seen.refreshes], ['admin', 'admin', 1], `${fault}`);
    }
    seen.fault = null;
    clock.ms += 2 * MINUTE_MS;
    assert.deepEqual((await read(id, 'find'))?.roles, ['builder'], 'it is back');
    assert.deepEqual(logged, []);
  });

  await t.test('the user is disabled', async () => {
    const id = await logIn();
    user.enabled = false;
    clock.ms += 5 * MINUTE_MS;
    assert.equal(await read(id, 'find'), null);
    assert.equal(await sessions.find(id), null);
    assert.deepEqual(logged.splice(0), ['The login service refused to continue a session']);
    user.enabled = true;
  });

  await t.test('any other 4xx', async () => {
    const id = await logIn();
    seen.fault = 'garbled';
    clock.ms += 5 * MINUTE_MS;
    assert.equal(await read(id, 'find'), null);
    seen.fault = null;
  });

  await t.test('a session that ended meanwhile stays ended', async () => {
    const id = await logIn();
    const session = (await sessions.find(id))!;
    await sessions.end(id);
    assert.equal(await sessions.replace(id, session), false);
    assert.equal(await sessions.find(id), null);
  });
});

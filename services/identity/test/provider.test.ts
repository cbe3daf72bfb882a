import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { PROVIDERS } from '@aio/tools/testing/providers';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { createBrowser, logInAs } from '../testing/browser.ts';
import { createLoginLinks } from '../provider/login-link.ts';
import { startIdentity } from '../server.ts';
import { USERS } from '../testing/users.ts';

const BUILDER = USERS.builder;

/** Receives browsers in place of the API. */
async function startApplication(t: TestContext) {
  const { url, close } = await startHttpServer((_, response) => response.end('here'));
  t.after(close);
  return { url };
}

for (const each of PROVIDERS) {
  test(`what the API needs from ${each.name}`, { skip: each.skip }, async (t) => {
    const application = await startApplication(t);
    const provider = await each.start(t, { publicUrl: application.url });
    const issuer = `${provider.url}/realms/aio`;
    const endpoint = `${issuer}/protocol/openid-connect`;
    const certs = await fetch(`${endpoint}/certs`);
    const keys = createLocalJWKSet((await certs.json()) as JSONWebKeySet);

    function post(url: string, client: string, form: Record<string, string>): Promise<Response> {
      const authorization = `Basic ${Buffer.from(client).toString('base64')}`;
      return fetch(url, {
        method: 'POST',
        body: new URLSearchParams(form),
        headers: { authorization },
      });
    }

    function begin(changes: Record<string, string> = {}) {
      const verifier = randomBytes(32).toString('base64url');
      const query = new URLSearchParams({
        client_id: 'aio-api',
        response_type: 'code',
        scope: 'openid profile email',
        redirect_uri: `${application.url}/auth/callback`,
        state: 'the-state',
        nonce: 'the-nonce',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...changes,
      });
      return { url: `${endpoint}/auth?${query}`, verifier };
    }

    function redeem(code: string | null, verifier: string): Promise<Response> {
      return post(`${endpoint}/token`, 'aio-api:aio_api_secret', {
        grant_type: 'authorization_code',
        code: code ?? '',
        redirect_uri: `${application.url}/auth/callback`,
        code_verifier: verifier,
      });
    }

    await t.test('issuer, endpoints and capabilities', async () => {
      const found = await fetch(`${issuer}/.well-known/openid-configuration`);
      const metadata = (await found.json()) as Record<string, string[]>;
      assert.deepEqual(metadata['issuer'], issuer);
      for (const [name, path] of [
        ['authorization_endpoint', 'auth'],
        ['token_endpoint', 'token'],
        ['jwks_uri', 'certs'],
        ['end_session_endpoint', 'logout'],
        ['userinfo_endpoint', 'userinfo'],
        ['revocation_endpoint', 'revoke'],
      ] as const) {
        assert.deepEqual(metadata[name], `${endpoint}/${path}`);
      }
      assert.ok(metadata['code_challenge_methods_supported']?.includes('S256'));
      assert.ok(metadata['id_token_signing_alg_values_supported']?.includes('RS256'));
    });

    await t.test('machines get an access token with their account and role', async () => {
      const form = { grant_type: 'client_credentials' };
      const answer = await post(`${endpoint}/token`, 'aio-machine:aio_machine_secret', form);
      const { access_token: token } = (await answer.json()) as { access_token: string };
      const { alg, typ } = decodeProtectedHeader(token);
      assert.deepEqual([alg, typ], ['RS256', 'at+jwt']);
      const { payload } = await jwtVerify(token, keys, { issuer });
      assert.equal(payload.aud, 'aio-api');
      assert.equal(payload.sub, '0b1f0c5e-6f0a-4d3b-9a51-1f6d6e0a0003');
      assert.equal(payload['preferred_username'], 'service-account-aio-machine');
      assert.deepEqual(payload['realm_access'], { roles: ['admin'] });
      assert.equal(payload['azp'], 'aio-machine');
      assert.equal(payload.exp! - payload.iat!, 300);
      assert.equal((await post(`${endpoint}/token`, 'aio-machine:wrong', form)).status, 401);
      const people = await post(`${endpoint}/token`, 'aio-api:aio_api_secret', form);
      assert.ok([400, 401].includes(people.status), 'aio-api is not a client for machines');
    });

    await t.test('people log in, get tokens with their claims, and log out', async () => {
      const browser = createBrowser();
      const { url, verifier } = begin();
      let page = await browser.visit(url);
      for (const wrong of [
        { ...BUILDER, password: 'no' },
        { username: 'service-account-aio-machine', password: '' },
      ]) {
        page = await logInAs(browser, page, wrong);
        assert.match(page.text, /Invalid username or password/);
      }
      const arrived = new URL((await logInAs(browser, page, BUILDER)).url);
      assert.equal(arrived.origin + arrived.pathname, `${application.url}/auth/callback`);
      assert.equal(arrived.searchParams.get('state'), 'the-state');
      assert.equal(arrived.searchParams.get('iss'), issuer);

      const answer = await redeem(arrived.searchParams.get('code'), verifier);
      const tokens = (await answer.json()) as { access_token: string; id_token: string };
      const { payload: id } = await jwtVerify(tokens.id_token, keys, { issuer });
      assert.equal(id.aud, 'aio-api');
      assert.equal(id.sub, '0b1f0c5e-6f0a-4d3b-9a51-1f6d6e0a0002');
      assert.equal(id['nonce'], 'the-nonce');
      assert.equal(id['name'], 'Bea Builder');
      assert.equal(id['email'], BUILDER.username);
      assert.equal(id['email_verified'], true);
      assert.equal(id['preferred_username'], BUILDER.username);
      assert.deepEqual(id['realm_access'], { roles: ['builder'] });
      assert.notEqual(decodeProtectedHeader(tokens.id_token).typ, 'at+jwt');
      const { payload: access } = await jwtVerify(tokens.access_token, keys, {
        issuer,
        typ: 'at+jwt',
      });
      assert.equal(access.aud, 'aio-api');
      assert.equal(access.sub, id.sub);
      assert.deepEqual(access['realm_access'], { roles: ['builder'] });

      const silent = new URL((await browser.visit(begin().url)).url);
      assert.ok(silent.searchParams.get('code'), 'a logged-in user is not asked again');
      const leaving = await browser.visit(
        `${endpoint}/logout?${new URLSearchParams({
          id_token_hint: tokens.id_token,
          post_logout_redirect_uri: `${application.url}/`,
        })}`,
      );
      const isForm = /op\.logoutForm/.test(leaving.text);
      const left = isForm ? await browser.submit(leaving, { logout: 'yes' }) : leaving;
      assert.equal(left.url, `${application.url}/`);
      assert.match((await browser.visit(begin().url)).text, /name="password"/);
    });

    await t.test('a code works once, and only with its verifier', async () => {
      const browser = createBrowser();
      const codeOf = async (url: string) => {
        let page = await browser.visit(url);
        if (/name="password"/.test(page.text)) page = await logInAs(browser, page, BUILDER);
        return new URL(page.url).searchParams.get('code');
      };
      const errorOf = async (response: Response) => [
        response.status,
        ((await response.json()) as { error: string }).error,
      ];
      const refused = [400, 'invalid_grant'];
      const first = begin();
      const another = begin().verifier;
      assert.deepEqual(await errorOf(await redeem(await codeOf(first.url), another)), refused);
      const second = begin();
      const code = await codeOf(second.url);
      assert.equal((await redeem(code, second.verifier)).status, 200);
      assert.deepEqual(await errorOf(await redeem(code, second.verifier)), refused);
    });

    await t.test('refuses what the realm does not allow', async () => {
      for (const changes of [
        { redirect_uri: `${application.url}/auth/callback/more` },
        { redirect_uri: 'https://evil.example/auth/callback' },
        { client_id: 'aio-machine' },
        { client_id: 'nobody' },
        { code_challenge_method: 'plain' },
        { response_type: 'token' },
      ]) {
        const { url, text } = await createBrowser().visit(begin(changes).url);
        assert.ok(!/name="password"/.test(text) && !/[?&]code=/.test(url), JSON.stringify(changes));
      }
      const plain = new URL(begin().url);
      plain.searchParams.delete('code_challenge');
      plain.searchParams.delete('code_challenge_method');
      const { searchParams } = new URL((await createBrowser().visit(plain.href)).url);
      assert.equal(searchParams.get('error'), 'invalid_request');
      assert.equal(searchParams.get('state'), 'the-state');
      const silent = new URL((await createBrowser().visit(begin({ prompt: 'none' }).url)).url);
      assert.equal(silent.searchParams.get('error'), 'login_required');
    });

    await t.test('a login page works only in its browser', async () => {
      const page = await createBrowser().visit(begin().url);
      const elsewhere = await logInAs(createBrowser(), page, BUILDER);
      assert.equal(elsewhere.status, 400);
    });
  });
}

test('the pages of the embedded provider say that it is for development', async (t) => {
  const [embedded] = PROVIDERS;
  const addresses = { publicUrl: 'http://127.0.0.1:9' };
  const { url } = await embedded!.start(t, addresses);
  const query = new URLSearchParams({
    client_id: 'aio-api',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${addresses.publicUrl}/auth/callback`,
    code_challenge: createHash('sha256').update('x').digest('base64url'),
    code_challenge_method: 'S256',
  });
  const page = await createBrowser().visit(
    `${url}/realms/aio/protocol/openid-connect/auth?${query}`,
  );
  assert.match(page.text, /This login is for development/);
  const elsewhere = await logInAs(createBrowser(), page, BUILDER);
  assert.match(elsewhere.text, /This login has expired/);
});

test('a login link logs in once, without a password', async (t) => {
  const application = await startApplication(t);
  const token = randomBytes(32).toString('base64url');
  const origin = new URL(application.url).origin;
  const server = await startIdentity({
    host: '127.0.0.1',
    port: 0,
    env: { AIO_PUBLIC_URL: origin },
    loginTokens: ['x'.repeat(32), token],
  });
  t.after(() => server.close());
  const link = (given: string) => `${server.issuer}/login-link?token=${given}`;
  const query = new URLSearchParams({
    client_id: 'aio-api',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${origin}/auth/callback`,
    code_challenge: createHash('sha256').update('x').digest('base64url'),
    code_challenge_method: 'S256',
  });
  const authorize = `${server.issuer}/protocol/openid-connect/auth?${query}`;
  const refused = /This link does not work any more/;

  for (const wrong of ['', 'x', `${token}x`]) {
    const page = await createBrowser().visit(link(wrong));
    assert.deepEqual([page.status, refused.test(page.text)], [410, true]);
  }
  for (const headers of [
    { 'x-forwarded-for': '192.0.2.7' },
    { forwarded: 'for=192.0.2.7' },
    { host: 'aio.example' },
  ]) {
    const sent = request(link(token), { headers, agent: false }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    assert.equal(answer.resume().statusCode, 410, Object.keys(headers).join());
  }

  const stranger = createBrowser();
  const browser = createBrowser();
  assert.equal((await browser.visit(link(token))).url, `${origin}/auth/login?returnTo=%2Foverview`);
  assert.match((await stranger.visit(authorize)).text, /name="password"/);
  const back = new URL((await browser.visit(authorize)).url);
  assert.ok(back.searchParams.get('code'), 'without a form');

  assert.match((await createBrowser().visit(link(token))).text, refused);
  const later = createBrowser();
  later.setCookie(authorize, 'aio_login_link', token);
  assert.match((await later.visit(authorize)).text, /name="password"/, 'a copy of the cookie');
});

test('a login link is of one person, and ends after 15 minutes', () => {
  let now = 0;
  const personOf = (role: string) => ({
    id: `sub-${role}`,
    username: role,
    enabled: true,
    realmRoles: [role],
  });
  const [admin, builder] = [personOf('admin'), personOf('builder')];
  const [ofAdmin, ofBuilder] = ['x'.repeat(32), 'y'.repeat(32)];
  const links = createLoginLinks({
    people: new Map([
      [ofAdmin, admin],
      [ofBuilder, builder],
    ]),
    path: '/login',
    startUrl: 'http://localhost/auth/login',
    now: () => now,
  });
  const requestWith = (token: string) =>
    ({
      socket: { remoteAddress: '127.0.0.1' },
      headers: { host: 'localhost:8180', cookie: `aio_login_link=${token}` },
    }) as unknown as IncomingMessage;
  now = 15 * 60_000;
  assert.equal(links.redeem(requestWith(ofAdmin)), undefined);
  now -= 1;
  assert.equal(links.redeem(requestWith(ofAdmin)), admin);
  assert.equal(links.redeem(requestWith(ofAdmin)), undefined);
  assert.equal(links.redeem(requestWith(ofBuilder)), builder);
});

test('it does not start in production', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: '0',
      IDENTITY_LOGIN_TOKENS: `${'x'.repeat(32)},${'y'.repeat(32)}`,
    },
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = await once(child, 'close');
  assert.equal(code, 78);
  assert.match(said, /^NODE_ENV: the embedded OpenID provider is for development; run Keycloak/);
  assert.match(said, /^IDENTITY_LOGIN_TOKENS: they log people in without a password/m);
});

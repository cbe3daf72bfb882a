import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { startIdentity } from '../server.ts';
import { createBrowser, logInAs } from '../testing/browser.ts';

const BUILDER = { username: 'builder@example.com', password: 'builder123' };

/** Where the provider sends browsers and logout tokens: in place of the API. */
async function startApplication(t: TestContext) {
  const logoutTokens: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => {
      logoutTokens.push(new URLSearchParams(text).get('logout_token') ?? '');
    });
    request.on('end', () => response.end('here'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, logoutTokens };
}

test('the embedded provider', async (t) => {
  const application = await startApplication(t);
  const identity = await startIdentity({
    host: '127.0.0.1',
    port: 0,
    env: { AIO_PUBLIC_URL: application.url, AIO_BACKCHANNEL_URL: application.url },
  });
  t.after(() => identity.close());
  const { issuer } = identity;
  const endpoint = `${issuer}/protocol/openid-connect`;
  const keys = createLocalJWKSet(
    (await (await fetch(`${endpoint}/certs`)).json()) as JSONWebKeySet,
  );

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

  await t.test('has the issuer and the endpoints of Keycloak', async () => {
    assert.equal(issuer, `${identity.url}/realms/aio`);
    const found = await fetch(`${issuer}/.well-known/openid-configuration`);
    const metadata = (await found.json()) as Record<string, unknown>;
    assert.equal(metadata['issuer'], issuer);
    for (const [name, path] of [
      ['authorization_endpoint', 'auth'],
      ['token_endpoint', 'token'],
      ['jwks_uri', 'certs'],
      ['end_session_endpoint', 'logout'],
    ]) {
      assert.equal(metadata[name!], `${endpoint}/${path}`);
    }
    assert.deepEqual(metadata['code_challenge_methods_supported'], ['S256']);
    assert.equal(metadata['backchannel_logout_session_supported'], true);
  });

  await t.test('gives machines an access token with their account and role', async () => {
    const form = { grant_type: 'client_credentials' };
    const answer = await post(`${endpoint}/token`, 'aio-machine:aio_machine_secret', form);
    const { access_token: token } = (await answer.json()) as { access_token: string };
    assert.equal(decodeProtectedHeader(token).typ, 'at+jwt');
    const { payload } = await jwtVerify(token, keys, { issuer, audience: 'aio-api' });
    assert.equal(payload.sub, '0b1f0c5e-6f0a-4d3b-9a51-1f6d6e0a0003');
    assert.equal(payload['preferred_username'], 'service-account-aio-machine');
    assert.deepEqual(payload['realm_access'], { roles: ['admin'] });
    assert.equal(payload['azp'], 'aio-machine');
    assert.equal(payload.exp! - payload.iat!, 300);
    assert.equal((await post(`${endpoint}/token`, 'aio-machine:wrong', form)).status, 401);
    assert.equal((await post(`${endpoint}/token`, 'aio-api:aio_api_secret', form)).status, 400);
  });

  await t.test('logs in on a page that says what it is for, and out again', async () => {
    const browser = createBrowser();
    const { url, verifier } = begin();
    const page = await browser.visit(url);
    assert.match(page.text, /This login is for development/);
    for (const wrong of [
      { ...BUILDER, password: 'no' },
      { username: 'service-account-aio-machine', password: '' },
    ]) {
      const again = await logInAs(browser, page, wrong);
      assert.match(again.text, /Invalid username or password/);
    }
    const arrived = new URL((await logInAs(browser, page, BUILDER)).url);
    assert.equal(arrived.origin + arrived.pathname, `${application.url}/auth/callback`);
    assert.equal(arrived.searchParams.get('state'), 'the-state');
    assert.equal(arrived.searchParams.get('iss'), issuer);

    const answer = await post(`${endpoint}/token`, 'aio-api:aio_api_secret', {
      grant_type: 'authorization_code',
      code: arrived.searchParams.get('code') ?? '',
      redirect_uri: `${application.url}/auth/callback`,
      code_verifier: verifier,
    });
    const tokens = (await answer.json()) as { access_token: string; id_token: string };
    const { payload: id } = await jwtVerify(tokens.id_token, keys, { issuer, audience: 'aio-api' });
    assert.equal(id.sub, '0b1f0c5e-6f0a-4d3b-9a51-1f6d6e0a0002');
    assert.equal(id['nonce'], 'the-nonce');
    assert.equal(id['name'], 'Bea Builder');
    assert.equal(id['email'], BUILDER.username);
    assert.equal(id['preferred_username'], BUILDER.username);
    assert.deepEqual(id['realm_access'], { roles: ['builder'] });
    assert.equal(typeof id['sid'], 'string');
    assert.notEqual(decodeProtectedHeader(tokens.id_token).typ, 'at+jwt');
    const { payload: access } = await jwtVerify(tokens.access_token, keys, {
      issuer,
      audience: 'aio-api',
      typ: 'at+jwt',
    });
    assert.equal(access.sub, id.sub);
    assert.deepEqual(access['realm_access'], { roles: ['builder'] });

    const silent = new URL((await browser.visit(begin().url)).url);
    assert.ok(silent.searchParams.get('code'), 'who is logged in is not asked again');
    const confirm = await browser.visit(
      `${endpoint}/logout?${new URLSearchParams({
        id_token_hint: tokens.id_token,
        post_logout_redirect_uri: `${application.url}/`,
      })}`,
    );
    const left = await browser.submit(confirm, { logout: 'yes' });
    assert.equal(left.url, `${application.url}/`);
    const [logoutToken = ''] = application.logoutTokens;
    const told = await jwtVerify(logoutToken, keys, { issuer, audience: 'aio-api' });
    assert.equal(told.payload['sid'], id['sid']);
    assert.match((await browser.visit(begin().url)).text, /name="password"/);
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
    const { url } = begin();
    const plain = new URL(url);
    plain.searchParams.delete('code_challenge');
    plain.searchParams.delete('code_challenge_method');
    assert.match((await createBrowser().visit(plain.href)).url, /error=invalid_request/);
  });

  await t.test('a login page is its browser’s alone', async () => {
    const page = await createBrowser().visit(begin().url);
    const elsewhere = await logInAs(createBrowser(), page, BUILDER);
    assert.equal(elsewhere.status, 400);
    assert.match(elsewhere.text, /This login is over/);
  });
});

test('in production it does not start', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: '0' },
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = await once(child, 'close');
  assert.equal(code, 78);
  assert.match(said, /^NODE_ENV: the embedded OpenID provider is for development; run Keycloak/);
});

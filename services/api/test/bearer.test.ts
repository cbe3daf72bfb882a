import assert from 'node:assert/strict';
import { createHmac, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { base64url, exportJWK, generateKeyPair } from 'jose';
import { startTestApi } from '../testing/start-test-api.ts';
import { ADMIN, type TokenChanges } from '../testing/test-issuer.ts';

test('bearer tokens', async (t) => {
  const api = await startTestApi(t);
  const { issuer } = api;
  const path = '/api/v1/workflows';
  const show = (authorization: string) => api.call('GET', path, { headers: { authorization } });
  const nowS = Math.floor(Date.now() / 1000);
  const other = await generateKeyPair('RS256', { extractable: true });

  await t.test('accepts a valid token', async () => {
    const token = await issuer.sign(ADMIN);
    for (const scheme of ['Bearer', 'bearer'])
      assert.equal((await show(`${scheme} ${token}`)).status, 200, scheme);
    const tolerated = await issuer.sign(ADMIN, { expiresInS: -3 });
    assert.equal((await show(`Bearer ${tolerated}`)).status, 200, 'the check tolerates clock skew');
  });

  const changes: Record<string, TokenChanges> = {
    'signed with another key': { key: other.privateKey },
    'of another issuer': { claims: { iss: 'http://localhost:8180/realms/other' } },
    'for another audience': { claims: { aud: 'account' } },
    'without audience': { claims: { aud: undefined } },
    'with the type of ID tokens': { header: { typ: 'JWT' } },
    'without a type': { header: { typ: undefined } as TokenChanges['header'] & object },
    'a logout token': { header: { typ: 'logout+jwt' } },
    'that has expired': { expiresInS: -60 },
    'without expiry': { claims: { exp: undefined } },
    'that is not valid yet': { claims: { nbf: nowS + 600 } },
    'without a subject': { claims: { sub: undefined } },
    'with an unknown key': { header: { kid: 'nobody' } },
  };
  for (const [name, change] of Object.entries(changes)) {
    await t.test(`a token ${name}: 401`, async () => {
      const { status, body, headers } = await show(`Bearer ${await issuer.sign(ADMIN, change)}`);
      assert.deepEqual([status, body.code], [401, 'unauthenticated']);
      assert.match(headers.get('www-authenticate') ?? '', /^Bearer/);
    });
  }

  await t.test('counts all requests with a token, and the refused ones apart', async () => {
    const count = async () => [
      await api.sample('aio_token_requests_total'),
      await api.sample('aio_access_refusals_total{reason="bad_token"}'),
    ];
    const [all = 0, bad = 0] = await count();
    await show(`Bearer ${await issuer.sign(ADMIN)}`);
    await show('Bearer not.signed.here');
    await api.call('GET', path, { headers: { authorization: '' } });
    assert.deepEqual(await count(), [all + 2, bad + 1]);
  });

  await t.test('the algorithm `none`: 401', async () => {
    const [, payload] = (await issuer.sign(ADMIN)).split('.');
    const header = base64url.encode(JSON.stringify({ alg: 'none', typ: 'at+jwt' }));
    assert.equal((await show(`Bearer ${header}.${payload}.`)).status, 401);
    assert.equal((await show(`Bearer ${header}.${payload}.x`)).status, 401);
  });

  await t.test('HS256 with the public key as its secret: 401', async () => {
    const [, payload] = (await issuer.sign(ADMIN)).split('.');
    const publicKey = createPublicKey({ key: issuer.publicJwk(), format: 'jwk' });
    const { kid } = issuer.publicJwk();
    const header = base64url.encode(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid }));
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    for (const secret of [pem, JSON.stringify(issuer.publicJwk())]) {
      const signature = createHmac('sha256', secret).update(`${header}.${payload}`).digest();
      const token = `${header}.${payload}.${base64url.encode(signature)}`;
      assert.equal((await show(`Bearer ${token}`)).status, 401);
    }
  });

  await t.test('a token that contains or names its key: 401; no key is fetched', async () => {
    let asked = 0;
    const foreign = { ...(await exportJWK(other.publicKey)), kid: 'foreign', alg: 'RS256' };
    const { url, close } = await startHttpServer((_request, response) => {
      asked += 1;
      response.end(JSON.stringify({ keys: [foreign] }));
    });
    t.after(close);
    const jku = `${url}/certs`;
    for (const header of [{ jku, kid: 'foreign' }, { jku }, { jwk: foreign }, { x5u: jku }]) {
      const token = await issuer.sign(ADMIN, { header, key: other.privateKey });
      assert.equal((await show(`Bearer ${token}`)).status, 401, JSON.stringify(header));
    }
    assert.equal(asked, 0);
  });

  await t.test('a header without token: 401', async () => {
    const token = await issuer.sign(ADMIN);
    for (const authorization of [
      'Bearer',
      'Bearer x',
      'Bearer a.b.c',
      `Bearer ${token.slice(0, -4)}AAAA`,
      `Bearer ${token} ${token}`,
      `Basic ${Buffer.from('admin@example.com:admin123').toString('base64')}`,
      token,
    ]) {
      assert.equal((await show(authorization)).status, 401, authorization.slice(0, 30));
    }
    assert.equal((await (await api.as(null)).get(path)).status, 401, 'nothing at all');
  });

  await t.test('a cached token expires', async () => {
    // The check tolerates clock skew, the cache does not.
    const token = await issuer.sign(ADMIN, { expiresInS: -2 });
    assert.equal((await show(`Bearer ${token}`)).status, 200);
    assert.equal((await show(`Bearer ${token}`)).status, 200);
  });
});

test('login service never up: 503 with the reason', async (t) => {
  const api = await startTestApi(t);
  await api.issuer.stop();
  const { status, body, headers } = await api.get('/api/v1/runs');
  assert.deepEqual([status, body.code], [503, 'unavailable']);
  assert.match(body.detail, /The login service does not answer/);
  assert.ok(Number(headers.get('retry-after')) > 0);
  assert.equal((await (await api.as(null)).get('/health')).status, 200);
});

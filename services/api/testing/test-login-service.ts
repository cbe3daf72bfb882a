import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { exportJWK, generateKeyPair, type GenerateKeyPairResult, SignJWT } from 'jose';

/** A login service whose answers the test controls. */
export interface TestLoginService {
  url: string;
  issuer: string;
  /** true = answer 503 to everything. */
  goAway(isAway: boolean): void;
  /** Changes claims, header or key of the next ID tokens. */
  change(changes: IdTokenChanges): void;
  signLogoutToken(changes?: IdTokenChanges): Promise<string>;
  signAccessToken(claims: Record<string, unknown>): Promise<string>;
}

export interface IdTokenChanges {
  claims?: Record<string, unknown>;
  header?: { alg?: string; typ?: string; kid?: string };
  key?: Parameters<SignJWT['sign']>[0];
  /** Text to send in place of a token. */
  token?: string;
}

export const OTHER_KEY = generateKeyPair('RS256');
const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout';

/** Accepts every code, and uses it as the nonce of the ID token. */
export async function startTestLoginService(t: TestContext): Promise<TestLoginService> {
  const key = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(key.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  let changes: IdTokenChanges = {};
  let issuer = '';
  let isAway = false;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', async () => {
      if (isAway) return void response.writeHead(503).end();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(await answer(request.url ?? '', new URLSearchParams(body))));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  issuer = `${url}/realms/aio`;

  async function answer(path: string, form: URLSearchParams): Promise<object> {
    if (path.endsWith('/certs')) return { keys: [jwk] };
    if (path.endsWith('/token')) {
      return {
        access_token: 'opaque',
        token_type: 'Bearer',
        expires_in: 300,
        id_token: await sign(key, { nonce: form.get('code') }, { typ: 'JWT' }, changes),
      };
    }
    return {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/certs`,
      end_session_endpoint: `${issuer}/logout`,
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  function sign(
    { privateKey }: GenerateKeyPairResult,
    claims: Record<string, unknown>,
    header: { typ: string },
    { claims: changed, header: changedHeader, key: changedKey, token }: IdTokenChanges,
  ): Promise<string> | string {
    if (token !== undefined) return token;
    const nowS = Math.floor(Date.now() / 1000);
    const all = {
      iss: issuer,
      aud: 'aio-api',
      sub: 'sub-b',
      sid: 'sid-1',
      iat: nowS,
      exp: nowS + 300,
      preferred_username: 'builder@test',
      realm_access: { roles: ['builder'] },
      ...claims,
      ...changed,
    };
    return new SignJWT(all)
      .setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header, ...changedHeader })
      .sign(changedKey ?? privateKey);
  }

  return {
    url,
    issuer,
    goAway: (away) => void (isAway = away),
    change: (next) => void (changes = next),
    signAccessToken: async (claims) => sign(key, claims, { typ: 'at+jwt' }, {}),
    signLogoutToken: async (changed = {}) =>
      sign(key, { jti: 'j', events: { [LOGOUT]: {} } }, { typ: 'logout+jwt' }, changed),
  };
}

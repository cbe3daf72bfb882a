import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';

/** The subject of a token. */
export interface TestPerson {
  subject: string;
  name: string;
  roles: readonly string[];
}

export const SOMEBODY: TestPerson = { subject: 'local', name: 'local', roles: ['admin'] };
export const ADMIN: TestPerson = { subject: 'sub-admin', name: 'admin@test', roles: ['admin'] };
export const BUILDER: TestPerson = { subject: 'sub-b', name: 'builder@test', roles: ['builder'] };
export const OTHER: TestPerson = { subject: 'sub-o', name: 'other@test', roles: ['builder'] };

/** A login service that signs any token, valid or not. It accepts every code, and uses it as the nonce. */
export interface TestIssuer {
  /** Value of KEYCLOAK_URL. */
  url: string;
  issuer: string;
  /** Number of requests for the keys. */
  reads(): number;
  /** Replaces the key. */
  rotate(): Promise<void>;
  /** true = answer 503 to everything. */
  goAway(isAway: boolean): void;
  stop(): Promise<void>;
  publicJwk(): JWK;
  /** A valid access token with the given changes. */
  sign(person: TestPerson, changes?: TokenChanges): Promise<string>;
  /** Changes the next ID tokens, which are of `BUILDER`. */
  change(changes: TokenChanges): void;
}

export interface TokenChanges {
  header?: Partial<JWTHeaderParameters>;
  claims?: Record<string, unknown>;
  key?: Parameters<SignJWT['sign']>[0];
  expiresInS?: number;
  /** Text in place of a token. */
  token?: string;
}

export const OTHER_KEY = generateKeyPair('RS256');

export async function startTestIssuer(t: TestContext): Promise<TestIssuer> {
  let key = await makeKey();
  let reads = 0;
  let isAway = false;
  let idTokenChanges: TokenChanges = {};
  const { url, close } = await startHttpServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    if (isAway) return void response.writeHead(503).end();
    const answer = await answerTo(request.url ?? '', form);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  t.after(close);
  const issuer = `${url}/realms/aio`;

  async function answerTo(path: string, form: URLSearchParams): Promise<object> {
    if (path.endsWith('/.well-known/openid-configuration'))
      return {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/certs`,
        end_session_endpoint: `${issuer}/logout`,
        id_token_signing_alg_values_supported: ['RS256'],
      };
    if (path.endsWith('/token')) {
      const claims = { ...claimsOf(BUILDER), nonce: form.get('code') };
      const idToken = await sign(claims, 'JWT', idTokenChanges);
      const rest = { access_token: 'opaque', token_type: 'Bearer', expires_in: 300 };
      return { ...rest, id_token: idToken, refresh_token: 'opaque' };
    }
    reads += 1;
    return { keys: [key.publicJwk] };
  }

  async function sign(claims: object, typ: string, changes: TokenChanges): Promise<string> {
    if (changes.token !== undefined) return changes.token;
    const nowS = Math.floor(Date.now() / 1000);
    const lasts = { iat: nowS, exp: nowS + (changes.expiresInS ?? 3600) };
    const all = { iss: issuer, aud: 'aio-api', ...lasts, ...claims, ...changes.claims };
    const header = { alg: 'RS256', typ, kid: key.kid, ...changes.header };
    return new SignJWT(all).setProtectedHeader(header).sign(changes.key ?? key.privateKey);
  }

  return {
    url,
    issuer,
    reads: () => reads,
    async rotate() {
      key = await makeKey();
    },
    goAway: (away) => void (isAway = away),
    stop: close,
    publicJwk: () => key.publicJwk,
    sign: (person, changes = {}) => sign(claimsOf(person), 'at+jwt', changes),
    change: (changes) => void (idTokenChanges = changes),
  };
}

function claimsOf({ subject, name, roles }: TestPerson) {
  return { sub: subject, preferred_username: name, realm_access: { roles } };
}

let made = 0;

async function makeKey() {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = `key-${(made += 1)}`;
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  return { kid, privateKey, publicJwk };
}

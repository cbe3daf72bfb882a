import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
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

/** A login service that signs any token, valid or not. */
export interface TestIssuer {
  /** Value of KEYCLOAK_URL. */
  url: string;
  issuer: string;
  /** Number of requests for the keys. */
  reads(): number;
  /** Replaces the key. */
  rotate(): Promise<void>;
  /** Stops answering. */
  stop(): Promise<void>;
  publicJwk(): JWK;
  /** A valid access token with the given changes. */
  sign(person: TestPerson, changes?: TokenChanges): Promise<string>;
}

export interface TokenChanges {
  header?: Partial<JWTHeaderParameters>;
  claims?: Record<string, unknown>;
  key?: Parameters<SignJWT['sign']>[0];
  expiresInS?: number;
}

export async function startTestIssuer(t: TestContext): Promise<TestIssuer> {
  let key = await makeKey();
  let reads = 0;
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/.well-known/openid-configuration')) {
      const issuer = `http://${request.headers.host}/realms/aio`;
      const metadata = { issuer, authorization_endpoint: `${issuer}/auth` };
      return response.setHeader('content-type', 'application/json').end(JSON.stringify(metadata));
    }
    reads += 1;
    return response.end(JSON.stringify({ keys: [key.publicJwk] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  async function stop(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  t.after(stop);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${url}/realms/aio`;

  return {
    url,
    issuer,
    reads: () => reads,
    async rotate() {
      key = await makeKey();
    },
    stop,
    publicJwk: () => key.publicJwk,
    sign({ subject, name, roles }, changes = {}) {
      const nowS = Math.floor(Date.now() / 1000);
      const claims = {
        iss: issuer,
        aud: 'aio-api',
        sub: subject,
        iat: nowS,
        exp: nowS + (changes.expiresInS ?? 3600),
        preferred_username: name,
        realm_access: { roles },
        ...changes.claims,
      };
      const header = { alg: 'RS256', typ: 'at+jwt', kid: key.kid, ...changes.header };
      return new SignJWT(claims).setProtectedHeader(header).sign(changes.key ?? key.privateKey);
    },
  };
}

let made = 0;

async function makeKey() {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = `key-${(made += 1)}`;
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  return { kid, privateKey, publicJwk };
}

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { prepareStop } from '@aio/http/graceful-stop';
import { listen } from '@aio/http/listen';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { createAccounts } from './provider/accounts.ts';
import { createLogin } from './provider/login.ts';
import { createLoginLinks, type LoginLinks } from './provider/login-link.ts';
import { createProvider } from './provider/create-provider.ts';
import { readRealm, type RealmUser } from './realm.ts';

export interface IdentityOptions {
  host: string;
  /** 0 = any free port. */
  port: number;
  /** Its origin for browsers; default: localhost and the port. */
  publicUrl?: string | undefined;
  /** Values for the variables of `realm.json`. */
  env: Readonly<Record<string, string | undefined>>;
  /** Users in addition to those of `realm.json`. */
  moreUsers?: readonly RealmUser[];
  /** Of links that log in once: the admin, then the builder. */
  loginTokens?: readonly string[];
}

export interface IdentityServer {
  port: number;
  /** Base address without the realm, as for KEYCLOAK_URL. */
  url: string;
  issuer: string;
  close(): Promise<void>;
}

/** Starts the embedded OpenID provider: the realm of `realm.json`, at Keycloak's addresses. */
export async function startIdentity(options: IdentityOptions): Promise<IdentityServer> {
  const realm = readRealm(options.env);
  const path = `/realms/${realm.realm}`;
  // The issuer contains the port, which is known only when the server listens.
  let answer = (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(503).end();
  };
  const server = createServer((request, response) => answer(request, response));
  const stop = prepareStop(server);
  const port = await listen(server, { ...options, setting: 'PORT' });
  const url = options.publicUrl ?? `http://localhost:${port}`;
  const issuer = `${url}${path}`;
  const accounts = createAccounts({ users: [...realm.users, ...(options.moreUsers ?? [])] });
  const provider = createProvider({ issuer, realm, accounts, signingKey: await makeKey() });
  const links = options.loginTokens?.length ? linksWith(options.loginTokens) : null;
  const login = createLogin({ provider, accounts, links });
  const openId = provider.callback();

  answer = (request, response) => {
    const target = request.url ?? '';
    if (target === '/health') return void response.end('{"status":"ok"}');
    if (target.startsWith(`${path}/login/`)) {
      return void login(request, response).catch(() => response.destroy());
    }
    if (links && target.startsWith(`${path}/login-link?`)) return links.open(request, response);
    if (!target.startsWith(`${path}/`)) return void response.writeHead(404).end();
    // The library builds its URLs from both, as in a mounted application.
    Object.assign(request, { originalUrl: target, url: target.slice(path.length) });
    void openId(request, response);
  };
  return {
    port,
    url,
    issuer,
    close: () => stop.close(0),
  };

  function linksWith([ofAdmin = '', ofBuilder = '']: readonly string[]): LoginLinks {
    const people = new Map([
      [ofAdmin, personWith('admin')],
      [ofBuilder, personWith('builder')],
    ]);
    const startUrl = `${options.env['AIO_PUBLIC_URL']}/auth/login?returnTo=%2Foverview`;
    return createLoginLinks({ people, path: `${path}/login`, startUrl });
  }

  function personWith(role: string): RealmUser {
    const user = realm.users.find(({ realmRoles }) => realmRoles.includes(role));
    if (user === undefined) throw new Error(`Nobody in the realm has the role ${role}.`);
    return user;
  }
}

/** A new key at each start, so older tokens are invalid. */
async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'RS256', use: 'sig' };
}

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { startTestApi, type TestApi } from '../../../api/testing/start-test-api.ts';
import { type IdentityServer, startIdentity } from '@aio/identity/server';
import { findFreePort } from '@aio/tools/process/free-port';
import { createMachineToken, fetchAs } from '@aio/tools/start/machine-token';
import { type OwnRedis, startOwnRedis } from '@aio/tools/testing/own-redis';
import { startServer } from '../server/start-server.ts';
import { APPROVER } from './people.ts';

/** The built web UI with only an API: no worker, and a Redis and a login service that tests can stop. */
export interface Pages {
  url: string;
  loginUrl: string;
  api: TestApi;
  redis: OwnRedis;
  login: { start(): Promise<void>; stop(): Promise<void> };
  /** Calls a path below `/api/v1` as the machine, which has full access. @returns the answer */
  machine: Machine;
}

export type Machine = (
  method: string,
  path: string,
  body?: object,
) => Promise<Record<string, string>>;

export const JAEGER_UI = 'http://jaeger.example:16686';

/** Does not start the login service; `login.start()` does. @param moreEnv further variables of the API */
export async function startPages(
  t: TestContext,
  moreEnv: Readonly<Record<string, string>> = {},
): Promise<Pages> {
  const [webPort, loginPort] = [await findFreePort(), await findFreePort()];
  const url = `http://localhost:${webPort}`;
  const keycloakUrl = `http://localhost:${loginPort}`;
  const redis = await startOwnRedis(t);
  const api = await startTestApi(t, {
    publicUrl: url,
    keycloakUrl,
    redisUrl: () => redis.url,
    isTracing: true,
    jaegerUiUrl: JAEGER_UI,
    env: {
      RATE_LIMITS: 'login=off',
      AIO_OIDC_UNIQUE_NAME_CLAIM: 'preferred_username',
      ...moreEnv,
    },
  });
  await startServer(t, {
    PORT: String(webPort),
    NUXT_API_BASE: api.url,
    AIO_PUBLIC_URL: url,
  });
  const fetchAsMachine = fetchAs(createMachineToken(keycloakUrl));
  return {
    url,
    loginUrl: keycloakUrl,
    api,
    redis,
    login: createLogin(),
    async machine(method, path, body) {
      const response = await fetchAsMachine(`${api.url}/api/v1${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      });
      assert.ok(response.ok, `${method} ${path}: ${response.status}`);
      return (await response.json()) as Record<string, string>;
    },
  };

  function createLogin(): Pages['login'] {
    let server: IdentityServer | undefined;
    async function stop(): Promise<void> {
      await server?.close();
      server = undefined;
    }
    t.after(stop);
    return {
      async start() {
        server = await startIdentity({
          host: '127.0.0.1',
          port: loginPort,
          env: { AIO_PUBLIC_URL: url },
          moreUsers: [APPROVER],
        });
      },
      stop,
    };
  }
}

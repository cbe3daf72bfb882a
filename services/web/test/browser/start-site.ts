import assert from 'node:assert/strict';
import type { Provider } from '@aio/tools/testing/providers';
import { startSystem, type System } from '@aio/tools/system/system';
import { createTestDatabase } from '@aio/platform/testing/database';
import { testRedis } from '@aio/platform/testing/redis';
import { startTcpPath, type TcpPath } from '@aio/platform/testing/tcp-path';
import { findFreePort } from '@aio/tools/process/free-port';
import { PORTS } from '@aio/tools/process/ports';
import { startPart } from '@aio/tools/process/process';
import { webService } from '@aio/tools/start/services';
import { makeTestFolder } from '@aio/tools/testing/folder';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { PROGRAMS } from './programs.ts';

/** The built web UI with the real API and worker. Tests can interrupt the path to the API. */
export interface Site {
  url: string;
  loginUrl: string;
  system: System;
  apiPath: TcpPath;
  /** Posts JSON to a path below `/api/v1`, as the machine. */
  post(path: string, body?: object): Promise<void>;
  databaseUrl: string;
  redisUrl: string;
  /** Contains the logs of the processes in `logs`. */
  dataDir: string;
}

/**
 * One http step at a time: a second one queues while the first one runs. No worker serves the lane `llm`, so its steps
 * wait forever.
 */
const WORKER_KINDS = 'http:1';

/**
 * @param moreEnv further variables of the processes
 * @param provider login provider; default: the embedded one of the system
 */
export async function startSite(
  t: TestContext,
  moreEnv: Readonly<Record<string, string>> = {},
  provider?: Provider,
): Promise<Site> {
  const started: (() => Promise<unknown>)[] = [];
  // Hooks run in the order of their registration, so this one runs before the database is dropped.
  t.after(async () => {
    for (const stop of started.toReversed()) await stop();
  });
  const database = await createTestDatabase(t);
  const redis = await testRedis(t);
  const dataDir = makeTestFolder(t, 'web');
  const webPort = await findFreePort();
  const url = `http://127.0.0.1:${webPort}`;
  const identity = await provider?.start(t, { publicUrl: url });
  const env = {
    ...(identity && { KEYCLOAK_URL: identity.url }),
    PATH: process.env.PATH ?? '',
    WORKER_KINDS,
    AIO_PUBLIC_URL: url,
    ...moreEnv,
  };
  const system = await startSystem({
    workers: 1,
    databaseUrl: database.url,
    redisUrl: redis.url,
    prefix: redis.prefix,
    dataDir,
    env,
  });
  started.push(system.stop);
  const apiPath = await startTcpPath(system.apiUrl);
  started.push(apiPath.close);
  const ports = { ...PORTS, web: webPort, api: apiPath.port };
  const root = join(import.meta.dirname, '../../../..');
  const web = await startPart(webService({ root, dataDir, env, ports }, PROGRAMS.webServer!));
  started.push(web.stop);
  const urls = {
    url,
    loginUrl: system.identityUrl,
    databaseUrl: database.url,
    redisUrl: redis.url,
  };
  async function post(path: string, body?: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const sent = { method: 'POST', ...(body && { headers, body: JSON.stringify(body) }) };
    const answer = await system.fetch(`${system.apiUrl}/api/v1${path}`, sent);
    assert.ok(answer.ok, `${path}: ${answer.status}`);
  }
  return { ...urls, system, apiPath, post, dataDir };
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '@aio/platform/settings/environment';
import { createPool } from '@aio/platform/postgres/pool';
import { putSecret } from '@aio/platform/queries/secrets';
import { generateKey, secretsVariables } from '@aio/platform/secrets/keys';
import { seal } from '@aio/platform/secrets/seal';
import { createTestDatabase } from '@aio/platform/testing/database';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { testRedis } from '@aio/platform/testing/redis';
import { startTcpPath } from '@aio/platform/testing/tcp-path';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { CHAIN } from '../testing/definitions.ts';
import { SOMEBODY, startTestIssuer } from '../testing/test-issuer.ts';
import { openStream } from '../testing/read-stream.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

interface ApiProcess {
  /** Resolves to the API’s address when it listens. */
  url(): Promise<string>;
  metricsUrl(): Promise<string>;
  stop(signal: NodeJS.Signals): void;
  /** Exit code and standard error. */
  ended: Promise<{ code: number | null; stderr: string }>;
}

/** Starts the API as a process on free ports. */
function startProcess(t: TestContext, env: Record<string, string>): ApiProcess {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, PORT: '0', METRICS_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });

  async function readyLine(): Promise<{ port: number; metrics_port: number }> {
    const find = () => stdout.split('\n').find((line) => line.includes('API ready'));
    const line = await waitUntil(find, { what: 'the API is ready', timeoutMs: 30_000 });
    return JSON.parse(line) as { port: number; metrics_port: number };
  }

  return {
    url: async () => `http://127.0.0.1:${(await readyLine()).port}`,
    metricsUrl: async () => `http://127.0.0.1:${(await readyLine()).metrics_port}`,
    stop: (signal) => void child.kill(signal),
    ended,
  };
}

/** A database, a Redis prefix and a login service, and the variables that name them. */
async function startServers(t: TestContext) {
  const database = await createTestDatabase(t);
  const redis = await testRedis(t);
  const issuer = await startTestIssuer(t);
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    AIO_PREFIX: redis.prefix,
    KEYCLOAK_URL: issuer.url,
  };
  return { database, env, authorization: `Bearer ${await issuer.sign(SOMEBODY)}` };
}

test('reports all wrong variables, one line each, with exit code 78', async (t) => {
  const env = { PORT: '99999', KEYCLOAK_URL: 'localhost:8180', LOG_LEVEL: 'loud' };
  const { code, stderr } = await startProcess(t, env).ended;
  assert.equal(code, 78);
  const lines = stderr.trim().split('\n');
  assert.equal(lines.length, 3);
  for (const name of ['PORT', 'KEYCLOAK_URL', 'LOG_LEVEL'])
    assert.match(stderr, new RegExp(`^${name}:`, 'm'));
});

test('a database without schema, or a used port, is one line', async (t) => {
  const { database, env } = await startServers(t);

  const { port, close } = await startHttpServer(() => {});
  t.after(close);
  const inUse = await startProcess(t, { ...env, PORT: String(port) }).ended;
  assert.equal(inUse.code, 1);
  const isUsed = new RegExp(`^Cannot listen on \\S+:${port}: the port is in use`);
  assert.match(inUse.stderr, isUsed);
  assert.equal(inUse.stderr.trim().split('\n').length, 1);

  const pool = createPool({ databaseUrl: database.url, applicationName: 'test', max: 1 });
  await pool.query({ name: 'drop-schema', text: 'drop schema public cascade', prepare: false });
  await pool.query({ name: 'create-schema', text: 'create schema public', prepare: false });
  await pool.close();
  const empty = await startProcess(t, env).ended;
  assert.equal(empty.code, 1);
  assert.match(empty.stderr, /npm run migrate/);
  assert.equal(empty.stderr.trim().split('\n').length, 1);
});

test('a wrong secrets key is one line at the start', async (t) => {
  const { database, env } = await startServers(t);
  const [keys, others] = [keysOf(generateKey()), generateKey()];
  await putSecret(database.pool, { by: 'a', ...seal(keys[0], 'token', 'value-1') });
  const { code, stderr } = await startProcess(t, { ...env, AIO_SECRETS_KEY: others }).ended;
  assert.equal(code, 78);
  assert.match(stderr, new RegExp(`^AIO_SECRETS_KEY: .* ${keys[0].id} \\(secrets: 1\\)`));
  assert.equal(stderr.trim().split('\n').length, 1);
  assert.ok(!stderr.includes(others));
});

function keysOf(text: string) {
  return readEnvironment(secretsVariables, { AIO_SECRETS_KEY: text }).secretsKeys;
}

test('SIGTERM ends streams and lets requests in flight finish', async (t) => {
  const { database, env, authorization } = await startServers(t);
  const api = startProcess(t, env);
  const url = await api.url();
  const headers = { authorization, 'content-type': 'application/json' };
  await fetch(`${url}/api/v1/workflows`, { method: 'POST', headers, body: JSON.stringify(CHAIN) });
  const run = { method: 'POST', headers, body: '{"input":{"n":1}}' };
  const submit = () => fetch(`${url}/api/v1/workflows/chain/runs`, run);
  const { id } = (await (await submit()).json()) as { id: string };
  const stream = await openStream(`${url}/api/v1/runs/${id}/events`, { authorization });
  await stream.next();

  const scrape = await (await fetch(`${await api.metricsUrl()}/metrics`)).text();
  assert.match(scrape, /^aio_runs_submitted_total\{workflow="chain"\} 1$/m);
  assert.match(scrape, /^nodejs_eventloop_lag_p90_seconds /m);
  assert.equal((await fetch(`${url}/metrics`)).status, 404, 'metrics are not public');

  // A lock blocks a query of the submission until the server is closing.
  const holder = createPool({ databaseUrl: database.url, applicationName: 'holder', max: 1 });
  const lock = await holder.connect();
  t.after(() => holder.close());
  await lock.query({ name: 'begin', text: 'begin', prepare: false });
  await lock.query({ name: 'lock', text: 'lock table runs in exclusive mode', prepare: false });
  const inFlight = submit();
  const isWaiting = async () => {
    const text = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return (await database.pool.query({ name: 'waiting', text, prepare: false })).rows.length > 0;
  };
  await waitUntil(isWaiting, { what: 'the submission waits' });
  api.stop('SIGTERM');
  assert.deepEqual(await stream.rest(), []);
  await lock.query({ name: 'commit', text: 'commit', prepare: false });
  lock.release();
  assert.equal((await inFlight).status, 202);
  assert.equal((await api.ended).code, 0);
});

test('after SIGTERM, the API is not ready, but answers during SHUTDOWN_DELAY_MS', async (t) => {
  const { env, authorization } = await startServers(t);
  const api = startProcess(t, { ...env, SHUTDOWN_DELAY_MS: '10000' });
  const url = await api.url();
  const readiness = (required = 'database') => fetch(`${url}/ready?require=${required}`);
  await waitUntil(async () => (await readiness()).status === 200, { what: 'ready' });
  api.stop('SIGTERM');
  await waitUntil(async () => (await readiness()).status === 503, { what: 'no longer ready' });
  assert.equal((await readiness('process')).status, 503);
  const components = { database: 'ok', redis: 'ok' };
  assert.deepEqual(await (await readiness()).json(), { status: 'unavailable', components });
  const { status } = await fetch(`${url}/api/v1/runs`, { headers: { authorization } });
  assert.equal(status, 200);
});

test('starts while the database is down, reports it, and recovers by itself', async (t) => {
  const { database, env, authorization } = await startServers(t);
  const path = await startTcpPath(database.url);
  t.after(() => path.close());
  await path.set('refused');
  const api = startProcess(t, { ...env, DATABASE_URL: path.through(database.url) });
  const url = await api.url();
  const ready = await fetch(`${url}/ready`);
  assert.equal(ready.status, 503);
  const components = { database: 'unavailable', redis: 'ok' };
  assert.deepEqual(await ready.json(), { status: 'unavailable', components });
  const started = async () => (await fetch(`${url}/ready?require=process`)).status === 200;
  assert.equal(await started(), false, 'a rollout stops at an API that never reached its database');
  await path.set('open');
  await waitUntil(started, { what: 'started' });
  await path.set('refused');
  await waitUntil(async () => (await fetch(`${url}/ready`)).status === 503, { what: 'it is down' });
  assert.equal(await started(), true);
  await path.set('open');
  await waitUntil(async () => (await fetch(`${url}/ready`)).status === 200, { what: 'ready' });
  const { status } = await fetch(`${url}/api/v1/runs`, { headers: { authorization } });
  assert.equal(status, 200);
});

import type { TestContext } from 'node:test';
import type { Pool } from '@aio/platform/postgres/pool';
import { createTestDatabase } from '@aio/platform/testing/database';
import { closeRedis, createRedis } from '@aio/platform/redis/redis';
import { redisServerOf } from '@aio/platform/redis/redis-url';
import { testRedis } from '@aio/platform/testing/redis';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createMetrics, type MetricsRegistry } from '@aio/runtime/metrics';
import { RUN_QUEUE } from '@aio/core/run/jobs';
import { createQueueTracing } from '@aio/runtime/queue-tracing';
import { createTracing } from '@aio/runtime/tracing';
import { createSessions } from '../auth/sessions.ts';
import { readApiConfig } from '../config.ts';
import { createApi, type Api } from '../create-api.ts';
import type { OpenApiDocument } from '../http/open-api.ts';
import type { Log } from '../log.ts';
import { startServer } from '../server.ts';
import { SESSION_COOKIE } from './browser-client.ts';
import { createFakeEngine, type FakeEngine } from './engine.ts';
import { createTestClients, type TestClient } from './test-client.ts';
import { SOMEBODY, startTestIssuer, type TestIssuer, type TestPerson } from './test-issuer.ts';

export interface TestApi extends TestClient {
  url: string;
  port: number;
  pool: Pool;
  /** Runs a statement and returns its rows. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into them
  query(text: string, values?: unknown[]): Promise<any[]>;
  engine: FakeEngine;
  prefix: string;
  redisUrl: string;
  registry: MetricsRegistry<'api'>;
  /** The metrics as text. */
  scrape(): Promise<string>;
  /** Value of a series, e.g. `aio_dependency_up{dependency="redis"}`; undefined = no such series. */
  sample(series: string): Promise<number | undefined>;
  /** Waits until `/ready` answers 200. */
  untilReady(): Promise<unknown>;
  document: OpenApiDocument;
  /** Logged warnings and errors. */
  logged: { level: string; message: string; fields: Record<string, unknown> }[];
  accessLines: Record<string, unknown>[];
  /** Logged errors. A busy machine may cause warnings, e.g. of a slow Redis. */
  faults(): TestApi['logged'];
  issuer: TestIssuer;
  /** A client with another person's token; null = without token. */
  as(person: TestPerson | null): Promise<TestClient>;
  /** A page of a new browser session of the person. */
  inBrowser(person: TestPerson): Promise<TestClient>;
  endStreams: Api['endStreams'];
}

export interface TestApiOptions {
  /** Changes the server's URL, e.g. to a proxy in front of it. */
  databaseUrl?: (url: string) => string;
  redisUrl?: (url: string) => string;
  isTracing?: boolean;
  browserTracesRatio?: number;
  jaegerUiUrl?: string;
  /** Further environment variables. */
  env?: Record<string, string>;
  /** Address of the login service. Default: a `TestIssuer`. */
  keycloakUrl?: string;
  publicUrl?: string;
  port?: number;
}

/**
 * Starts the API on a free port, with its own database and Redis prefix. Its clients check every
 * response against the OpenAPI document.
 */
export async function startTestApi(t: TestContext, options: TestApiOptions = {}): Promise<TestApi> {
  const database = await createTestDatabase(t);
  const redis = await testRedis(t);
  const issuer = await startTestIssuer(t);
  const { log, logged, accessLines } = createTestLog();
  const registry = createMetrics({
    process: 'api',
    enabled: true,
    defaults: false,
    version: '0.0.0',
  });
  const config = readApiConfig({
    DATABASE_URL: options.databaseUrl?.(database.url) ?? database.url,
    REDIS_URL: options.redisUrl?.(redis.url) ?? redis.url,
    AIO_PREFIX: redis.prefix,
    KEYCLOAK_URL: options.keycloakUrl ?? issuer.url,
    AIO_PUBLIC_URL: options.publicUrl,
    JAEGER_UI_URL: options.jaegerUiUrl,
    ...options.env,
  });
  const queues = { scope: '@aio/api', runQueue: RUN_QUEUE };
  const api = createApi({
    config,
    version: '0.0.0',
    log,
    registry,
    tracing: createTracing('@aio/api'),
    queueTracing: options.isTracing
      ? createQueueTracing({ ...queues, server: redisServerOf(config.redisUrl) })
      : null,
    browserTracesRatio: options.browserTracesRatio ?? null,
  });
  const server = await startServer(api.handler, {
    host: '127.0.0.1',
    port: options.port ?? 0,
  });
  t.after(async () => {
    api.endStreams();
    await server.close(1_000);
    await api.close();
  });

  const url = `http://127.0.0.1:${server.port}`;
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as OpenApiDocument;
  const clientWith = createTestClients(url, document);

  async function as(person: TestPerson | null): Promise<TestClient> {
    if (person === null) return clientWith({});
    return clientWith({ authorization: `Bearer ${await issuer.sign(person)}` });
  }

  async function inBrowser(person: TestPerson): Promise<TestClient> {
    const id = await beginSession({ url: config.redisCacheUrl, prefix: redis.prefix }, person);
    const origin = new URL(config.publicUrl).origin;
    return clientWith({ cookie: `${SESSION_COOKIE}=${id}`, 'aio-csrf': '1', origin });
  }

  async function scrape(): Promise<string> {
    return (await registry.scrape()).body;
  }

  return {
    ...(await as(SOMEBODY)),
    as,
    inBrowser,
    issuer,
    url,
    port: server.port,
    pool: database.pool,
    async query(text, values = []) {
      const { rows } = await database.pool.query({ name: 'test', text, values, prepare: false });
      return rows;
    },
    engine: createFakeEngine(database.pool),
    prefix: redis.prefix,
    redisUrl: redis.url,
    registry,
    scrape,
    async sample(series) {
      const lines = (await scrape()).split('\n');
      const line = lines.find((one) => one.startsWith(`${series} `));
      return line === undefined ? undefined : Number(line.slice(series.length));
    },
    untilReady: () =>
      waitUntil(async () => (await clientWith({}).get('/ready')).status === 200, { what: 'ready' }),
    document,
    logged,
    accessLines,
    faults: () => logged.filter(({ level }) => level === 'error'),
    endStreams: api.endStreams,
  };
}

/** Keeps warnings, errors and lines of the access log. */
function createTestLog() {
  const logged: TestApi['logged'] = [];
  const accessLines: TestApi['accessLines'] = [];
  const write = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void logged.push({ level, fields, message });
  const log: Log = {
    debug: () => {},
    info: (fields, message) => void (message === 'Request' && accessLines.push(fields)),
    warn: write('warn'),
    error: write('error'),
  };
  return { log, logged, accessLines };
}

/** @returns the session's id */
async function beginSession(
  { url, prefix }: { url: string; prefix: string },
  { subject, name, roles }: TestPerson,
): Promise<string> {
  const redis = createRedis(url, { role: 'command' });
  const sessions = createSessions({ redis, prefix });
  await waitUntil(() => redis.ping(), { what: 'Redis answers' });
  const id = await sessions.begin({
    subject,
    name,
    roles: [...roles],
    displayName: name,
    idToken: 'none',
    refreshToken: 'none',
    refreshAtMs: Date.now() + 3_600_000,
    expiresAtMs: Date.now() + 3_600_000,
  });
  await closeRedis(redis);
  return id;
}

import type { TestContext } from 'node:test';
import type { Pool } from '@aio/platform/pool';
import { createTestDatabase } from '@aio/platform/testing/database';
import { createTestOutputs, type TestOutputs } from '@aio/platform/testing/outputs';
import { testRedis } from '@aio/platform/testing/redis';
import { createMetrics, type MetricsRegistry } from '@aio/runtime/metrics';
import { RUN_QUEUE } from '@aio/core/run/jobs';
import { createQueueTracing } from '@aio/runtime/queue-tracing';
import { createTracing } from '@aio/runtime/tracing';
import { readApiConfig } from '../config.ts';
import { createApi, type Api, type ApiDeps } from '../create-api.ts';
import type { OpenApiDocument } from '../http/open-api.ts';
import { listen } from '../server.ts';
import { createResponseCheck } from './check-response.ts';
import { SOMEBODY, startTestIssuer, type TestIssuer, type TestPerson } from './test-issuer.ts';

export interface TestApi extends TestClient {
  url: string;
  port: number;
  pool: Pool;
  /** Its output store. */
  stored: TestOutputs;
  prefix: string;
  redisUrl: string;
  registry: MetricsRegistry<'api'>;
  document: OpenApiDocument;
  /** What was logged as a warning or an error. */
  logged: { level: string; message: string; fields: Record<string, unknown> }[];
  /** What the access log wrote. */
  accessLines: Record<string, unknown>[];
  /** Of what was logged, the errors: a Redis that is slow on a busy machine is a warning, and nobody's fault. */
  faults(): TestApi['logged'];
  issuer: TestIssuer;
  /** The client of somebody else; null = of nobody, without a token. */
  as(person: TestPerson | null): Promise<TestClient>;
  endStreams: Api['endStreams'];
}

/** Speaks for somebody: an admin called `local`, unless it is made by `as`. */
export interface TestClient {
  /** What it sends along. */
  headers: Record<string, string>;
  call(method: string, path: string, options?: CallOptions): Promise<TestAnswer>;
  get(path: string): Promise<TestAnswer>;
  /** A body that is no string is sent as JSON. */
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
}

export interface CallOptions {
  body?: string | Uint8Array | undefined;
  headers?: Record<string, string>;
}

export interface TestAnswer {
  status: number;
  headers: Headers;
  /** Parsed when it is JSON, else its text. */
  // oxlint-disable-next-line typescript/no-explicit-any -- its schema has been checked
  body: any;
}

export interface TestApiOptions {
  /** Between the API and its servers, e.g. a proxy. */
  databaseUrl?: (url: string) => string;
  redisUrl?: (url: string) => string;
  isTracing?: boolean;
  browserTracing?: ApiDeps['browserTracing'];
  jaegerUiUrl?: string;
  /** Variables beside those that the test's servers need. */
  env?: Record<string, string>;
  /** Of the login service; default: a test's own issuer. */
  keycloakUrl?: string;
  publicUrl?: string;
  port?: number;
}

/** Methods that routes have; what others are answered is in no document. */
const CHECKED = ['GET', 'POST', 'PUT', 'DELETE'];

/**
 * The API on a free port, with a database and a Redis prefix of the test's own. Every answer that
 * passes through its client is checked against the OpenAPI document.
 */
export async function startTestApi(t: TestContext, options: TestApiOptions = {}): Promise<TestApi> {
  const database = await createTestDatabase(t);
  const redis = await testRedis(t);
  const outputs = createTestOutputs(t);
  const issuer = await startTestIssuer(t);
  const logged: TestApi['logged'] = [];
  const accessLines: TestApi['accessLines'] = [];
  const write = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void logged.push({ level, fields, message });
  const registry = createMetrics({
    process: 'api',
    enabled: true,
    defaults: false,
    version: '0.0.0',
  });
  const api = createApi({
    config: readApiConfig({
      ...database.env,
      ...redis.env,
      ...(options.databaseUrl && { DATABASE_URL: options.databaseUrl(database.url) }),
      REDIS_URL: options.redisUrl?.(redis.url) ?? redis.url,
      AIO_PREFIX: redis.prefix,
      OUTPUT_STORE: outputs.folder,
      KEYCLOAK_URL: options.keycloakUrl ?? issuer.url,
      AIO_PUBLIC_URL: options.publicUrl,
      JAEGER_UI_URL: options.jaegerUiUrl,
      ...options.env,
    }),
    version: '0.0.0',
    log: {
      info: (fields, message) => void (message === 'Request' && accessLines.push(fields)),
      warn: write('warn'),
      error: write('error'),
    },
    registry,
    tracing: createTracing('@aio/api'),
    queueTracing: options.isTracing
      ? createQueueTracing({ scope: '@aio/api', runQueue: RUN_QUEUE })
      : null,
    browserTracing: options.browserTracing ?? null,
  });
  const server = await listen(api.handler, {
    host: '127.0.0.1',
    port: options.port ?? 0,
    onRefused: api.onRefused,
  });
  t.after(async () => {
    api.endStreams();
    await server.close(1_000);
    await api.close();
  });

  const url = `http://127.0.0.1:${server.port}`;
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as OpenApiDocument;
  const check = createResponseCheck(document);

  async function call(
    method: string,
    path: string,
    { body, headers = {} }: CallOptions,
  ): Promise<TestAnswer> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers,
      body: body ?? null,
      redirect: 'manual',
    });
    const contentType = response.headers.get('content-type') ?? '';
    const text = await response.text();
    const isJson = /^application\/(problem\+)?json/.test(contentType) && text !== '';
    const answer = isJson ? (JSON.parse(text) as unknown) : text;
    if (CHECKED.includes(method)) {
      check(method.toLowerCase(), path, { status: response.status, contentType, body: answer });
    }
    return { status: response.status, headers: response.headers, body: answer };
  }

  function clientWith(own: Record<string, string>): TestClient {
    const client: TestClient = {
      headers: own,
      call: (method, path, { body, headers } = {}) =>
        call(method, path, { body, headers: { ...own, ...headers } }),
      get: (path) => client.call('GET', path),
      post(path, body, headers = {}) {
        if (body === undefined) return client.call('POST', path, { headers });
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        return client.call('POST', path, {
          body: text,
          headers: { 'content-type': 'application/json', ...headers },
        });
      },
    };
    return client;
  }

  async function as(person: TestPerson | null): Promise<TestClient> {
    if (person === null) return clientWith({});
    return clientWith({ authorization: `Bearer ${await issuer.sign(person)}` });
  }

  return {
    ...(await as(SOMEBODY)),
    as,
    issuer,
    url,
    port: server.port,
    pool: database.pool,
    stored: outputs,
    prefix: redis.prefix,
    redisUrl: redis.url,
    registry,
    document,
    logged,
    accessLines,
    faults: () => logged.filter(({ level }) => level === 'error'),
    endStreams: api.endStreams,
  };
}

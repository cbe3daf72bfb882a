import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { type Parameters, resolveValue } from '../../testing/ecs-resolve.ts';
import { readTemplate, taskOf } from '../../testing/ecs-template.ts';
import { readText, ROOT } from '../../testing/files.ts';

const TEMPLATE = readTemplate();
/** Parameters of the README. */
const PARAMETERS: Parameters = Object.fromEntries(
  [...readText('deploy/ecs/README.md').matchAll(/^([A-Z]\w+)=(.+)$/gm)].map(([, name, value]) => [
    name,
    value,
  ]),
);
/** Values of Secrets Manager. */
const SECRETS: Readonly<Record<string, string>> = {
  PGPASSWORD: 'password-of-rds',
  REDIS_URL: 'rediss://:password-of-elasticache@redis.internal:6379',
  REDIS_CACHE_URL: 'rediss://:password-of-elasticache@redis.internal:6379',
  AIO_SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
  AIO_OIDC_CLIENT_SECRET: 'secret-of-keycloak',
  OPENAI_API_KEY: 'key',
  ANTHROPIC_API_KEY: 'key',
  OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=key-of-the-backend',
};

function environmentOf(task: string, parameters: Parameters): Record<string, string> {
  const { Environment, Secrets = [] } = taskOf(TEMPLATE, task).ContainerDefinitions[0]!;
  return Object.fromEntries([
    ...Environment.map(({ Name, Value }) => [Name, resolveValue(TEMPLATE, Value, parameters)]),
    ...Secrets.map(({ Name }) => [Name, SECRETS[Name]]),
  ]) as Record<string, string>;
}

/** Checks the environment of a program without starting it. @returns exit code and messages */
function check(process: 'api' | 'worker', env: Record<string, string>) {
  const { status, stderr } = spawnSync(
    globalThis.process.execPath,
    [`services/${process}/config-main.ts`],
    { cwd: ROOT, env, encoding: 'utf8' },
  );
  return { status, stderr };
}

const FINE = { status: 0, stderr: '' };

test('with the parameters of the README, programs accept their environment in production', () => {
  assert.ok(Object.keys(PARAMETERS).length > 8);
  assert.deepEqual(check('api', environmentOf('ApiTask', PARAMETERS)), FINE);
  for (const lane of Object.keys(TEMPLATE.Mappings['Lanes']!))
    assert.deepEqual(check('worker', environmentOf(`Worker${lane}Task`, PARAMETERS)), FINE, lane);
});

test('the parameters select your own PostgreSQL and Redis', () => {
  const own = {
    ...PARAMETERS,
    CreateDatabase: 'false',
    DatabaseHost: 'db.internal',
    DatabaseOptions: 'sslmode=verify-full',
  };
  const { DATABASE_URL, PGHOST, ...rest } = environmentOf('ApiTask', own);
  assert.equal(DATABASE_URL, 'postgresql://aio@db.internal:5432/aio?sslmode=verify-full');
  assert.equal(PGHOST, 'db.internal');
  assert.deepEqual(check('api', { ...rest, DATABASE_URL, PGHOST }), FINE);
});

test('with a pooler, all tasks connect to it, and migrations bypass it', () => {
  const pooled = {
    ...PARAMETERS,
    CreateDatabase: 'false',
    DatabaseHost: 'db.internal',
    DatabasePoolerHost: 'pooler.internal',
    DatabasePooler: 'transaction-prepared',
  };
  for (const task of ['MigrateTask', 'ApiTask', 'WorkerHttpTask']) {
    const { DATABASE_URL, DATABASE_DIRECT_URL, DATABASE_POOLER } = environmentOf(task, pooled);
    assert.equal(DATABASE_URL, 'postgresql://aio@pooler.internal:5432/aio?sslmode=no-verify');
    assert.equal(DATABASE_DIRECT_URL, 'postgresql://aio@db.internal:5432/aio?sslmode=no-verify');
    assert.equal(DATABASE_POOLER, 'transaction-prepared');
  }
  assert.deepEqual(check('api', environmentOf('ApiTask', pooled)), FINE);
  assert.deepEqual(check('worker', environmentOf('WorkerHttpTask', pooled)), FINE);
});

test('traces go to the sidecar, or to any OTLP backend', () => {
  const endpointOf = (task: string, parameters: Parameters) =>
    environmentOf(task, parameters)['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const backend = { ...PARAMETERS, OtlpEndpoint: 'https://otlp.example.com' };
  for (const [program, task] of [
    ['api', 'ApiTask'],
    ['worker', 'WorkerHttpTask'],
  ] as const) {
    assert.equal(endpointOf(task, PARAMETERS), 'http://127.0.0.1:4318');
    assert.equal(endpointOf(task, backend), 'https://otlp.example.com');
    assert.deepEqual(check(program, environmentOf(task, backend)), FINE);
  }
});

test('a second Redis is optional', () => {
  const { Secrets = [] } = taskOf(TEMPLATE, 'ApiTask').ContainerDefinitions[0]!;
  const sourceOf = (variable: string, parameters: Parameters) => {
    const { ValueFrom } = Secrets.find(({ Name }) => Name === variable)!;
    return resolveValue(TEMPLATE, ValueFrom, parameters);
  };
  assert.equal(sourceOf('REDIS_CACHE_URL', PARAMETERS), sourceOf('REDIS_URL', PARAMETERS));
  const second = { ...PARAMETERS, RedisCacheUrlSecretArn: 'arn:of-the-second' };
  assert.equal(sourceOf('REDIS_CACHE_URL', second), 'arn:of-the-second');
});

test('the check refuses a development password', () => {
  const env = { ...environmentOf('ApiTask', PARAMETERS), PGPASSWORD: 'aio_password' };
  assert.equal(check('api', env).status, 78);
});

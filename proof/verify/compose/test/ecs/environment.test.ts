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

const OWN_DATABASE = { CreateDatabase: 'false', DatabaseHost: 'db.internal' };
/** Parameters in addition to those of the README, and variables that tasks then have. */
const CASES: Readonly<Record<string, [given: Parameters, wanted: Record<string, string>]>> = {
  'the parameters of the README': [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }],
  'your own PostgreSQL': [
    { ...OWN_DATABASE, DatabaseOptions: 'sslmode=verify-full' },
    {
      DATABASE_URL: 'postgresql://aio@db.internal:5432/aio?sslmode=verify-full',
      PGHOST: 'db.internal',
    },
  ],
  'a pooler, which migrations bypass': [
    {
      ...OWN_DATABASE,
      DatabasePoolerHost: 'pooler.internal',
      DatabasePooler: 'transaction-prepared',
    },
    {
      DATABASE_URL: 'postgresql://aio@pooler.internal:5432/aio?sslmode=no-verify',
      DATABASE_DIRECT_URL: 'postgresql://aio@db.internal:5432/aio?sslmode=no-verify',
      DATABASE_POOLER: 'transaction-prepared',
    },
  ],
  'any OTLP backend': [
    { OtlpEndpoint: 'https://otlp.example.com' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example.com' },
  ],
};
const WORKERS = Object.keys(TEMPLATE.Mappings['Lanes']!).map((lane) => `Worker${lane}Task`);

for (const [what, [given, wanted]] of Object.entries(CASES))
  test(`programs accept their environment in production with ${what}`, () => {
    for (const task of ['MigrateTask', 'ApiTask', ...WORKERS]) {
      const env = environmentOf(task, { ...PARAMETERS, ...given });
      for (const [name, value] of Object.entries(wanted))
        if (name in env || task !== 'MigrateTask')
          assert.equal(env[name], value, `${task}: ${name}`);
      if (task === 'ApiTask') assert.deepEqual(check('api', env), FINE);
      if (WORKERS.includes(task)) assert.deepEqual(check('worker', env), FINE, task);
    }
  });

test('the README has parameters', () => assert.ok(Object.keys(PARAMETERS).length > 8));

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

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { EnvironmentError } from '@aio/platform/settings/environment';
import { readApiConfig } from '@aio/api/config';
import { readWorkerConfig } from '@aio/worker/settings/config';

const ROOT = resolve(import.meta.dirname, '../..');
const EXIT_CONFIG = 78;

const SERVICES = ['api', 'worker', 'web', 'migrate', 'secrets'] as const;
type Service = (typeof SERVICES)[number];

interface Setting {
  /** Services that refuse to start with the default. */
  services: readonly Service[];
  variable: string;
  /** The default for development. */
  fallback: string;
  /** A value for production. */
  sound: string;
}

/** All defaults that are only for development. Add new ones here. */
const SETTINGS: readonly Setting[] = [
  {
    services: ['api', 'worker', 'migrate', 'secrets'],
    variable: 'DATABASE_URL',
    fallback: 'postgresql://aio:aio_password@localhost:5432/aio',
    sound: 'postgresql://aio:of-its-own@127.0.0.1:1/aio',
  },
  {
    services: ['api', 'worker'],
    variable: 'REDIS_URL',
    fallback: 'redis://localhost:6379',
    sound: 'redis://:of-its-own@127.0.0.1:1',
  },
  {
    services: ['api', 'worker', 'secrets'],
    variable: 'AIO_SECRETS_KEY',
    fallback: Buffer.from('aio-development-key-not-for-use!').toString('base64'),
    sound: Buffer.alloc(32, 'of-its-own').toString('base64'),
  },
  {
    services: ['api'],
    variable: 'AIO_OIDC_CLIENT_SECRET',
    fallback: 'aio_api_secret',
    sound: 'of-its-own',
  },
  {
    services: ['api'],
    variable: 'KEYCLOAK_URL',
    fallback: 'http://localhost:8180',
    sound: 'https://login.example',
  },
  {
    services: ['api', 'web'],
    variable: 'AIO_PUBLIC_URL',
    fallback: 'http://localhost:3000',
    sound: 'https://aio.example',
  },
  {
    services: ['worker'],
    variable: 'HTTP_STEP_ALLOW_HOSTS',
    fallback: 'localhost,127.0.0.0/8,::1',
    sound: 'none',
  },
];

const DATABASES: Record<string, string>[] = [
  { DATABASE_URL: 'postgresql://aio:aio%5Fpassword@127.0.0.1:1/aio' },
  { DATABASE_URL: 'postgres://aio:%61io%5fpasswor%64@127.0.0.1:1/aio' },
  { DATABASE_URL: 'postgresql://aio:own@127.0.0.1:1/aio?password=aio%5Fpassword' },
  { DATABASE_URL: 'postgresql://aio@127.0.0.1:1/aio' },
  { DATABASE_URL: 'postgresql://aio@127.0.0.1:1/aio', PGPASSWORD: 'aio_password' },
  { DATABASE_URL: 'postgresql://aio:aio@127.0.0.1:1/aio' },
];

const REDISES = [
  'redis://127.0.0.1:1',
  'rediss://someone@127.0.0.1:1/0',
  'redis://someone:@127.0.0.1:1',
  'redis://:aio%5Fpassword@127.0.0.1:1',
  'redis://127.0.0.1:1?password=aio_password',
  'redis://:redis@127.0.0.1:1',
];

const REDIS_CACHES = [
  'redis://127.0.0.1:1',
  'redis+cluster://127.0.0.1:1,127.0.0.1:2',
  'rediss+cluster://someone:@127.0.0.1:1',
  'redis+cluster://:aio%5Fpassword@127.0.0.1:1,127.0.0.1:2',
  'redis://127.0.0.1:1?password=aio_password',
  'redis+cluster://:aio@127.0.0.1:1,127.0.0.1:2',
];

const HOSTS = [
  { HTTP_STEP_ALLOW_HOSTS: '10.0.0.0/8,::1,127.0.0.0/8,localhost' },
  { HTTP_STEP_ALLOW_HOSTS: 'localhost' },
];

const LIMITS = [
  'address=off,user=off,machine=off,login=off',
  'login=off,machine=off,user=off,address=off',
  'address=1000000000/1s,user=off,machine=off,login=off',
  'address=3000000/1m,user=60000/1m,machine=3000000/1m,login=600/1m',
  'address=off,user=off,machine=off,login=1000000000/1s',
  'login=off,machine=off,user=off,address=off',
];

const VENDORS: Record<string, string>[] = [
  { OPENAI_API_KEY: 'simulated', OPENAI_BASE_URL: 'http://simulator:8090/v1' },
  { ANTHROPIC_API_KEY: 'simulated', ANTHROPIC_BASE_URL: 'http://simulator:8090' },
  { OPENAI_BASE_URL: 'http://127.0.0.1:8090/v1', ANTHROPIC_BASE_URL: 'http://localhost:8090' },
  { OPENAI_BASE_URL: 'https://aio-llm-simulator.internal/v1' },
  {
    ANTHROPIC_BASE_URL: 'http://[::1]:8690',
    OPENAI_API_KEY: 'simulated-key',
    OPENAI_BASE_URL: 'http://127.0.0.1:8690/v1',
  },
  {
    OPENAI_BASE_URL: 'http://localhost.:8090/v1',
    ANTHROPIC_BASE_URL: 'http://[::ffff:127.0.0.1]:8090',
  },
];

const KEYS: Record<string, string>[] = [
  { AIO_SECRETS_KEY: Buffer.alloc(32).toString('base64') },
  {
    AIO_SECRETS_KEY: [Buffer.alloc(32, 'own'), Buffer.alloc(32)]
      .map((key) => key.toString('base64'))
      .join(),
  },
];

/** Other values that production refuses, although they are not defaults. Each line is set at once. */
const UNSOUND: Partial<Record<Service, Record<string, string>[]>> = {
  api: DATABASES.map((database, nth) => ({
    ...database,
    ...KEYS[nth],
    REDIS_URL: REDISES[nth]!,
    REDIS_CACHE_URL: REDIS_CACHES[nth]!,
    RATE_LIMITS: LIMITS[nth]!,
    AIO_OIDC_CLIENT_SECRET: 'x'.repeat(nth),
  })),
  worker: DATABASES.map((database, nth) => ({
    ...database,
    ...VENDORS[nth],
    ...KEYS[nth],
    REDIS_URL: REDISES[nth]!,
    ...HOSTS[nth],
  })),
  migrate: DATABASES,
  secrets: DATABASES.map((database, nth) => ({ ...database, ...KEYS[nth] })),
};

const webServer = process.env.TEST_WEB_SERVER_PATH;
const NEEDS_WEB = 'needs TEST_WEB_SERVER_PATH (the built server): run "npm test"';

const MAINS: Record<Service, readonly string[]> = {
  api: [join(ROOT, 'services/api/main.ts')],
  worker: [join(ROOT, 'services/worker/main.ts')],
  web: [webServer ?? ''],
  migrate: [join(ROOT, 'services/platform/migrate-main.ts')],
  secrets: [join(ROOT, 'services/platform/secrets-main.ts'), 'status'],
};

/** What reads the environment in these processes. A process takes a second to start, so most tests call it here. */
const READERS: Partial<Record<Service, (env: Record<string, string>) => unknown>> = {
  api: readApiConfig,
  worker: readWorkerConfig,
};

interface Ended {
  code: number | null;
  lines: string[];
}

/** Reads the environment of a service that should refuse to start. */
function read(service: Service, settings: Record<string, string>): Ended | Promise<Ended> {
  const reader = READERS[service];
  if (reader === undefined) return run(MAINS[service], settings);
  try {
    reader(settings);
    return { code: 0, lines: [] };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { code: EXIT_CONFIG, lines: error.message.split('\n') };
  }
}

/** Runs a service that should refuse to start. If it starts, it is killed, and has no exit code. */
function run(script: readonly string[], settings: Record<string, string>): Promise<Ended> {
  const env = { PATH: process.env.PATH, PORT: '0', METRICS_PORT: '0', ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, script, { env, timeout: 60_000 }, (error, _, stderr) =>
      resolve({
        code: error === null ? 0 : typeof error.code === 'number' ? error.code : null,
        lines: stderr.trim().split('\n'),
      }),
    );
  });
}

/** A valid environment of production with changes; undefined = unset. */
function production(changes: Record<string, string | undefined> = {}): Record<string, string> {
  const sound = Object.fromEntries(SETTINGS.map(({ variable, sound }) => [variable, sound]));
  const all = Object.entries({ NODE_ENV: 'production', ...sound, ...changes });
  return Object.fromEntries(
    all.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function variablesOf(lines: readonly string[]): string[] {
  return lines.map((line) => /^[A-Z][A-Z0-9_]*/.exec(line)?.[0] ?? line).toSorted();
}

describe('production refuses development settings', () => {
  for (const service of SERVICES) {
    const skip = service === 'web' && !webServer && NEEDS_WEB;
    const own = SETTINGS.filter(({ services }) => services.includes(service));

    for (const { variable, fallback } of own)
      for (const [how, value] of [
        ['left out', undefined],
        ['empty', ''],
        ['given', fallback],
      ] as const)
        test(`${service}: the default of ${variable}, ${how}`, { skip }, async () => {
          const { code, lines } = await read(service, production({ [variable]: value }));
          assert.equal(code, EXIT_CONFIG, lines.join('\n'));
          assert.deepEqual(variablesOf(lines), [variable], lines.join('\n'));
          assert.doesNotMatch(lines.join(), /aio_password|aio_api_secret|YWlvLWRl/);
        });

    for (const changes of UNSOUND[service] ?? [])
      test(`${service}: ${Object.values(changes).join(' ')}`, async () => {
        const { code, lines } = await read(service, production(changes));
        assert.equal(code, EXIT_CONFIG, lines.join('\n'));
        const wrong = Object.keys(changes).filter((variable) => variable !== 'PGPASSWORD');
        assert.deepEqual(variablesOf(lines), wrong.toSorted(), lines.join('\n'));
        assert.doesNotMatch(lines.join(), /aio_password|%5Fpassword|someone/i);
      });

    test(`${service}: reports all of them at once`, { skip }, async () => {
      const { code, lines } = await run(MAINS[service], { NODE_ENV: 'production' });
      assert.equal(code, EXIT_CONFIG, lines.join('\n'));
      assert.deepEqual(variablesOf(lines), own.map(({ variable }) => variable).toSorted());
    });
  }

  for (const service of ['identity', 'llm-simulator'])
    for (const NODE_ENV of ['production', 'Production'])
      test(`${service}: refuses to run at all, in ${NODE_ENV}`, async () => {
        const script = join(ROOT, `services/${service}/main.ts`);
        const { code, lines } = await run([script], { NODE_ENV });
        assert.equal(code, EXIT_CONFIG, lines.join('\n'));
        assert.deepEqual(variablesOf(lines), ['NODE_ENV']);
      });

  for (const service of SERVICES) {
    const skip = service === 'web' && !webServer && NEEDS_WEB;
    test(`${service}: an unknown environment`, { skip }, async () => {
      const { code, lines } = await read(service, production({ NODE_ENV: 'prod' }));
      assert.equal(code, EXIT_CONFIG, lines.join('\n'));
      assert.deepEqual(variablesOf(lines), ['NODE_ENV']);
    });
  }

  const sound: Record<'api' | 'worker', Record<string, string | undefined>[]> = {
    api: [
      {},
      {
        RATE_LIMITS: 'address=off,user=off,machine=off',
        REDIS_URL: 'redis://127.0.0.1:1?password=own',
      },
      {
        REDIS_URL: 'redis+cluster://:own@127.0.0.1:1,127.0.0.1:2',
        REDIS_CACHE_URL: 'rediss+cluster://someone:own@127.0.0.1:1',
      },
      { AIO_TRUSTED_PROXIES: '10.0.0.0/8,fc00::/7,2606:4700::/32' },
      { DATABASE_URL: 'postgresql://aio@127.0.0.1:1/aio', PGPASSWORD: 'own' },
      { DATABASE_URL: 'postgresql://aio@127.0.0.1:1/aio?sslcert=a&sslkey=b' },
    ],
    worker: [
      {},
      { HTTP_STEP_ALLOW_HOSTS: 'localhost:8090,10.0.0.0/8,172.16.0.0/12,fc00::/7' },
      { OPENAI_API_KEY: 'own', OPENAI_BASE_URL: 'http://gateway.internal:4000/v1' },
    ],
  };
  for (const service of ['api', 'worker'] as const)
    for (const changes of sound[service])
      test(`${service}: nothing in a valid environment (${Object.keys(changes).join(', ')})`, async () => {
        assert.deepEqual(await read(service, production(changes)), { code: 0, lines: [] });
      });
  for (const service of ['api', 'worker'])
    test(`${service}: its check accepts a valid environment`, async () => {
      const script = join(ROOT, `services/${service}/config-main.ts`);
      assert.deepEqual(await run([script], production()), { code: 0, lines: [''] });
    });
});

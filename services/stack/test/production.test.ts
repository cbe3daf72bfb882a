import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '../../..');
const EXIT_CONFIG = 78;

const SERVICES = ['api', 'worker', 'web'] as const;
type Service = (typeof SERVICES)[number];

interface Setting {
  /** Who refuses to start with its default. */
  services: readonly Service[];
  variable: string;
  /** What development gets when nothing is said. */
  fallback: string;
  /** As production has it. */
  sound: string;
}

/** Every default that is for development alone. A new one is a line here. */
const SETTINGS: readonly Setting[] = [
  {
    services: ['api', 'worker'],
    variable: 'DATABASE_URL',
    fallback: 'postgresql://aio:aio_password@localhost:5432/aio',
    sound: 'postgresql://aio:of-its-own@127.0.0.1:1/aio',
  },
  {
    services: ['api', 'worker'],
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

const webServer = process.env.TEST_WEB_SERVER_PATH;
const NEEDS_WEB = 'needs TEST_WEB_SERVER_PATH (the built server): run "npm test"';

const MAINS: Record<Service, string> = {
  api: join(ROOT, 'services/api/main.ts'),
  worker: join(ROOT, 'services/worker/main.ts'),
  web: webServer ?? '',
};

interface Ended {
  code: number | null;
  lines: string[];
}

/** A service that ends by itself; one that starts after all is killed, and has no code then. */
function run(script: string, settings: Record<string, string>): Promise<Ended> {
  const env = { PATH: process.env.PATH, PORT: '0', METRICS_PORT: '0', ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env, timeout: 30_000 }, (error, _, stderr) =>
      resolve({
        code: error === null ? 0 : typeof error.code === 'number' ? error.code : null,
        lines: stderr.trim().split('\n'),
      }),
    );
  });
}

/** Everything as it should be, but for what is said otherwise; undefined = left out. */
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

describe('production refuses what is for development', () => {
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
          const { code, lines } = await run(MAINS[service], production({ [variable]: value }));
          assert.equal(code, EXIT_CONFIG, lines.join('\n'));
          assert.deepEqual(variablesOf(lines), [variable], lines.join('\n'));
          assert.doesNotMatch(lines.join(), /aio_password|aio_api_secret|YWlvLWRl/);
        });

    test(`${service}: all of them, told at once`, { skip }, async () => {
      const { code, lines } = await run(MAINS[service], { NODE_ENV: 'production' });
      assert.equal(code, EXIT_CONFIG, lines.join('\n'));
      assert.deepEqual(variablesOf(lines), own.map(({ variable }) => variable).toSorted());
    });
  }

  for (const service of ['api', 'worker'])
    test(`${service}: nothing, where all is as it should be`, async () => {
      const script = join(ROOT, `services/${service}/config-main.ts`);
      assert.deepEqual(await run(script, production()), { code: 0, lines: [''] });
    });
});

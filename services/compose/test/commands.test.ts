import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { FILES, readServices, ROOT, unescape, withDefaults } from '../testing/files.ts';
import { startHttpServer } from '@aio/stack/testing/http-server';
import { findFreePort } from '@aio/stack/free-port';
import { findComposeProgram } from '@aio/stack/without-images/engine/find-engine';
import { makeTestFolder } from '@aio/stack/testing/folder';

const SERVICES = readServices();

/** Runs a health check against another port of this machine. @returns its exit code */
function probe(name: string, port: number): Promise<number> {
  const [, program = '', ...args] = SERVICES[name]?.healthcheck?.test ?? [];
  const moved = args.map((text) =>
    unescape(text).replace(/127\.0\.0\.1([:/])\d+/, `127.0.0.1$1${port}`),
  );
  return new Promise((resolve) => {
    execFile(program, moved, (error) => resolve(error === null ? 0 : Number(error.code)));
  });
}

async function serve(t: TestContext, status: number): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const { port, close } = await startHttpServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status).end();
  });
  t.after(close);
  return { port, asked };
}

describe('a health check accepts only 200', () => {
  const paths = {
    api: '/ready',
    worker: '/ready',
    simulator: '/health',
    frontend: '/health',
    keycloak: '/realms/aio',
    proxy: '/health',
  };
  for (const [name, path] of Object.entries(paths)) {
    test(name, async (t) => {
      const well = await serve(t, 200);
      assert.equal(await probe(name, well.port), 0);
      assert.deepEqual(well.asked, [path]);
      const ill = await serve(t, 503);
      assert.notEqual(await probe(name, ill.port), 0);
      assert.notEqual(await probe(name, await findFreePort()), 0);
    });
  }
});

test('a worker uses the simulator for each provider without a key', (t) => {
  const folder = makeTestFolder(t, 'worker-command');
  writeFileSync(
    join(folder, 'node'),
    '#!/bin/sh\necho "$1"; env | grep -E "^(OPENAI|ANTHROPIC)_"\n',
    { mode: 0o755 },
  );
  const [shell = '', ...args] = (SERVICES.worker?.command ?? []).map(unescape);
  const started = (env: Record<string, string>) => {
    const { stdout } = spawnSync(shell, args, {
      env: { PATH: `${folder}:${process.env.PATH}`, ...env },
      encoding: 'utf8',
    });
    return stdout.trim().split('\n').toSorted();
  };
  const simulated = [
    'ANTHROPIC_API_KEY=simulated',
    'ANTHROPIC_BASE_URL=http://simulator:8090',
    'OPENAI_API_KEY=simulated',
    'OPENAI_BASE_URL=http://simulator:8090/v1',
    'services/worker/main.ts',
  ];
  assert.deepEqual(started({ OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '' }), simulated);
  assert.deepEqual(started({ OPENAI_API_KEY: 'own', ANTHROPIC_API_KEY: '' }), [
    ...simulated.slice(0, 2),
    'OPENAI_API_KEY=own',
    'services/worker/main.ts',
  ]);
});

test('the API reads traces where they go', (t) => {
  const folder = makeTestFolder(t, 'api-command');
  const program = '#!/bin/sh\necho "$1 $JAEGER_QUERY_URL $JAEGER_UI_URL"\n';
  writeFileSync(join(folder, 'node'), program, { mode: 0o755 });
  const [shell = '', ...args] = (SERVICES.api?.command ?? []).map(withDefaults);
  const started = (env: Record<string, string>) => {
    const { stdout } = spawnSync(shell, args, {
      env: { PATH: `${folder}:${process.env.PATH}`, ...env },
      encoding: 'utf8',
    });
    return stdout.trim();
  };
  const main = 'services/api/main.ts';
  const elsewhere = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example.com' };
  assert.equal(
    started({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://jaeger:4318' }),
    `${main} http://jaeger:16686 http://localhost:16686`,
  );
  assert.equal(started(elsewhere), main);
  const own = { JAEGER_QUERY_URL: 'http://own:16686', JAEGER_UI_URL: 'https://own' };
  assert.equal(started({ ...elsewhere, ...own }), `${main} http://own:16686 https://own`);
});

test('psql without an address connects to the database of DATABASE_URL', () => {
  for (const name of ['api', 'worker', 'migrate']) {
    const environment = SERVICES[name]?.environment ?? {};
    const { DATABASE_URL = '', PGHOST, PGUSER, PGPASSWORD, PGDATABASE } = environment;
    const asUrl = `postgresql://${PGUSER}:${PGPASSWORD}@${PGHOST}:5432/${PGDATABASE}`;
    assert.equal(asUrl, DATABASE_URL, name);
  }
});

test('boards link to JAEGER_UI_URL', (t) => {
  const folder = makeTestFolder(t, 'boards');
  const [script = ''] = SERVICES.grafana?.command ?? [];
  const moved = unescape(script)
    .replaceAll('/usr/share/aio/boards', join(ROOT, 'dashboards/generated'))
    .replaceAll('/tmp/boards', folder)
    .replace('exec /run.sh', 'echo started');
  const { stdout, stderr } = spawnSync('sh', ['-c', moved], {
    env: { PATH: process.env.PATH, JAEGER_UI_URL: 'http://there:26686' },
    encoding: 'utf8',
  });
  assert.deepEqual([stdout, stderr], ['started\n', '']);
  const boards = readdirSync(join(ROOT, 'dashboards/generated'));
  assert.deepEqual(readdirSync(folder).toSorted(), boards.toSorted());
  const texts = boards.map((board) => readFileSync(join(folder, board), 'utf8'));
  assert.ok(texts.some((text) => text.includes('http://there:26686')));
  for (const text of texts) assert.ok(!text.includes('localhost'));
});

describe('the program accepts its environment in development but not in production', () => {
  const programs = { api: 'api', worker: 'worker', simulator: 'llm-simulator' };
  for (const [name, program] of Object.entries(programs)) {
    const check = (changed: Record<string, string> = {}) => {
      const given = Object.entries(SERVICES[name]?.environment ?? {}).map(
        ([variable, value]) => [variable, withDefaults(value)] as const,
      );
      const script = join(ROOT, 'services', program, 'config-main.ts');
      const { status, stderr } = spawnSync(process.execPath, [script], {
        env: { PATH: process.env.PATH, ...Object.fromEntries(given), ...changed },
        encoding: 'utf8',
      });
      return { status, stderr };
    };

    test(name, () => {
      assert.deepEqual(check(), { status: 0, stderr: '' });
      const { status, stderr } = check({ NODE_ENV: 'production' });
      assert.equal(status, 78);
      const refused =
        name === 'simulator'
          ? /^NODE_ENV=production: /
          : /^DATABASE_URL: production refuses the development password/m;
      assert.match(stderr, refused);
    });
  }
});

/** Docker's plugin, or a standalone program. */
function findCompose(): readonly string[] | undefined {
  const plugin = ['docker', 'compose'];
  const { status } = spawnSync('docker', ['compose', 'version'], { encoding: 'utf8' });
  if (status === 0) return plugin;
  const dataDir = resolve(ROOT, process.env.AIO_DATA_DIR || '.aio');
  const program = findComposeProgram({ dataDir, env: process.env });
  return program === undefined ? undefined : [program];
}

const compose = findCompose();

for (const layers of [FILES.slice(0, 1), FILES]) {
  test(
    `docker compose accepts ${layers.join(' with ')}`,
    {
      skip: compose
        ? false
        : 'no Compose 2 on this machine; `npm run servers -- compose` builds it',
    },
    () => {
      const [program = '', ...args] = compose ?? [];
      const files = layers.flatMap((file) => ['--file', file]);
      const { status, stderr } = spawnSync(
        program,
        [...args, ...files, '--profile', '*', 'config', '--quiet'],
        { cwd: ROOT, env: { PATH: process.env.PATH }, encoding: 'utf8' },
      );
      assert.deepEqual([status, stderr], [0, '']);
    },
  );
}

test('workers may call the simulator of the stored examples', () => {
  const { command = [], environment = {} } = SERVICES.migrate ?? {};
  assert.match(command.at(-1) ?? '', /&& exec node services\/api\/store-examples-main\.ts$/);
  const { host } = new URL(withDefaults(environment.SIMULATOR_URL ?? ''));
  const allowed = withDefaults(SERVICES.worker?.environment?.HTTP_STEP_ALLOW_HOSTS ?? '');
  assert.deepEqual(allowed.split(','), [host]);
});

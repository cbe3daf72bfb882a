import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { readServices, ROOT, unescape, withDefaults } from '../testing/files.ts';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { findFreePort } from '@aio/tools/process/free-port';
import { makeTestFolder } from '@aio/tools/testing/folder';

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

/** Runs a service's command in a shell with a `node` that prints the variables. @returns its lines, sorted */
function startedBy(t: TestContext, name: string, env: Record<string, string>): string[] {
  const folder = makeTestFolder(t, 'command');
  const program = '#!/bin/sh\necho "$1"; env | grep -E "^(OPENAI|ANTHROPIC|JAEGER)_"\n';
  writeFileSync(join(folder, 'node'), program, { mode: 0o755 });
  const [shell = '', ...args] = (SERVICES[name]?.command ?? []).map(withDefaults);
  const { stdout } = spawnSync(shell, args, {
    env: { PATH: `${folder}:${process.env.PATH}`, ...env },
    encoding: 'utf8',
  });
  return stdout.trim().split('\n').toSorted();
}

test('a worker uses the simulator for each provider without a key', (t) => {
  const simulated = [
    'ANTHROPIC_API_KEY=simulated',
    'ANTHROPIC_BASE_URL=http://simulator:8090',
    'OPENAI_API_KEY=simulated',
    'OPENAI_BASE_URL=http://simulator:8090/v1',
    'services/worker/main.ts',
  ];
  const none = { OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '' };
  assert.deepEqual(startedBy(t, 'worker', none), simulated);
  assert.deepEqual(startedBy(t, 'worker', { ...none, OPENAI_API_KEY: 'own' }), [
    ...simulated.slice(0, 2),
    'OPENAI_API_KEY=own',
    'services/worker/main.ts',
  ]);
});

test('the API reads traces where they go', (t) => {
  const main = 'services/api/main.ts';
  const at = (query: string, ui: string) => [`JAEGER_QUERY_URL=${query}`, `JAEGER_UI_URL=${ui}`];
  const toJaeger = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://jaeger:4318' };
  const ofStack = at('http://jaeger:16686', 'http://localhost:16686');
  assert.deepEqual(startedBy(t, 'api', toJaeger), [...ofStack, main]);
  const elsewhere = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example.com' };
  assert.deepEqual(startedBy(t, 'api', elsewhere), [main]);
  const own = { JAEGER_QUERY_URL: 'http://own:16686', JAEGER_UI_URL: 'https://own' };
  const ofUser = at('http://own:16686', 'https://own');
  assert.deepEqual(startedBy(t, 'api', { ...elsewhere, ...own }), [...ofUser, main]);
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

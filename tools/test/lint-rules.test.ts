import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

/** Checks every import rule of ARCHITECTURE.md by a file that breaks it. */
const root = resolve(import.meta.dirname, '../..');
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'aio-lint-'));
  cpSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
});
after(() => rmSync(folder, { recursive: true }));

/** @returns the names of the rules that the file breaks */
function lint(file: string, source: string): string[] {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['-f', 'json', file], {
    cwd: folder,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string }[] };
  return diagnostics.map(({ code }) => code.replace(/^.*\((.*)\)$/, '$1'));
}

const BROKEN: readonly (readonly [file: string, imported: string])[] = [
  ['services/core/run/plan.ts', '@aio/platform/postgres/pool'],
  ['services/core/run/plan.ts', '@aio/catalog/metrics'],
  ['services/core/run/plan.ts', '../../platform/pool.ts'],
  ['services/core/run/plan.ts', 'koa'],
  ['services/core/run/plan.ts', 'pg'],
  ['services/core/run/plan.ts', '@opentelemetry/api'],
  ['observability/catalog/metrics/metric.ts', '@aio/core/errors'],
  ['observability/catalog/metrics/metric.ts', 'prom-client'],
  ['observability/metrics/metric.ts', '@aio/catalog/metrics/labels'],
  ['observability/tracing/spans.ts', '@aio/catalog/traces/spans'],
  ['observability/catalog/alerts/alerts.ts', '@aio/config/write-rules'],
  ['observability/config/write-rules.ts', '@aio/runtime/logger'],
  ['observability/config/write-rules.ts', '@aio/core/errors'],
  ['observability/config/write-rules.ts', '../catalog/alerts.ts'],
  ['observability/runtime/logger.ts', '@aio/config/write-rules'],
  ['observability/runtime/logger.ts', '@aio/core/errors'],
  ['observability/runtime/logger.ts', '@aio/platform/postgres/pool'],
  ['observability/query/boards.ts', '@aio/runtime/metrics'],
  ['observability/query/boards.ts', '@aio/tools/stack-error'],
  ['observability/runtime/logger.ts', '@aio/query/boards'],
  ['services/platform/postgres/pool.ts', '@aio/runtime/logger'],
  ['services/platform/postgres/pool.ts', '@aio/api/app'],
  ['services/platform/postgres/pool.ts', '../worker/worker.ts'],
  ['services/api/app.ts', '@aio/worker/worker'],
  ['services/api/routes/runs/read-run.ts', '../../../worker/worker.ts'],
  ['services/api/test/app.test.ts', '@aio/worker/worker'],
  ['services/worker/worker.ts', '@aio/api/app'],
  ['services/worker/engine/engine.ts', '../../api/app.ts'],
  ['services/worker/test/engine.test.ts', '@aio/api/app'],
  ['services/web/app/run.ts', '@aio/core/errors'],
  ['services/web/app/run.ts', '@aio/query/prometheus'],
  ['services/web/app/run.ts', '@aio/catalog/metrics'],
  ['services/worker/worker.ts', '@aio/query/prometheus'],
  ['services/web/app/run.ts', '@aio/platform/postgres/pool'],
  ['services/web/app/run.ts', '../../api/app.ts'],
  ['services/llm-simulator/server.ts', '@aio/core/errors'],
  ['services/http/listen.ts', '@aio/core/errors'],
  ['services/http/listen.ts', 'koa'],
  ['observability/runtime/logger.ts', '@aio/http/listen'],
  ['tools/start.ts', '@aio/core/errors'],
  ['tools/start.ts', '@aio/config/write-rules'],
  ['tools/start.ts', '@aio/platform/postgres/pool'],
  ['tools/start.ts', '@aio/identity/server'],
  ['observability/config/kubernetes/generate.ts', '@aio/core/errors'],
  ['dashboards/boards/api.ts', '@aio/runtime/metrics'],
  ['dashboards/boards/api.ts', '@aio/core/errors'],
  ['dashboards/boards/api.ts', '../../../observability/catalog/metrics/select.ts'],
  ['services/api/app.ts', '@aio/dashboards/boards'],
  ['loadtest/load/load.ts', '@aio/core/errors'],
  ['loadtest/load/load.ts', '../../services/worker/worker.ts'],
  ['services/worker/worker.ts', '@aio/proof/bed/bed'],
  ['loadtest/load/load.ts', '@aio/proof/bed/bed'],
  ['loadtest/load/load.ts', '../../proof/bed/bed.ts'],
  ['services/worker/worker.ts', '../../proof/bed/bed.ts'],
  ['services/api/app.ts', '../../proof/bed/bed.ts'],
  ['services/platform/batch.ts', '../../proof/bed/bed.ts'],
  ['services/web/app/run.ts', '../../../proof/bed/bed.ts'],
  ['tools/start.ts', '../proof/bed/bed.ts'],
  ['dashboards/kit/panel.ts', '../../proof/bed/bed.ts'],
  ['observability/runtime/logger.ts', '../../proof/bed/bed.ts'],
  ['tools/test/start.test.ts', '@aio/proof/bed/bed'],
  ['services/web/test/site.test.ts', '../../../proof/bed/bed.ts'],
  ['services/api/test/app.test.ts', '@aio/proof/bed/bed'],
];

const ALLOWED: readonly (readonly [file: string, imported: string])[] = [
  ['services/core/run/plan.ts', '../errors.ts'],
  ['observability/config/write-rules.ts', '@aio/catalog/alerts'],
  ['observability/runtime/logger.ts', '@aio/catalog/metrics'],
  ['services/platform/postgres/pool.ts', '@aio/core/errors'],
  ['proof/verify/telemetry/verify.ts', '@aio/worker/worker'],
  ['proof/test/traces.test.ts', '../bed/bed.ts'],
  ['loadtest/load/load.ts', '@aio/tools/system/system'],
  ['services/api/app.ts', '@aio/platform/postgres/pool'],
  ['services/api/app.ts', '@aio/query/boards'],
  ['services/web/server/main.ts', '@aio/http/listen'],
  ['services/llm-simulator/server.ts', '@aio/http/listen'],
  ['services/web/app/run.ts', '@aio/query/format-value'],
  ['services/web/app/run.ts', '@aio/catalog/boards'],
  ['observability/query/boards.ts', '@aio/catalog/boards'],
  ['services/worker/worker.ts', '@aio/runtime/logger'],
  ['tools/start.ts', '@aio/platform/settings/config'],
  ['tools/start/logins.ts', '@aio/identity/testing/browser'],
  ['observability/config/kubernetes/generate.ts', '@aio/config/alert-rules'],
  ['dashboards/boards/api.ts', '@aio/catalog/metrics/select'],
];

for (const [cases, may, broken] of [
  [BROKEN, 'may not', ['no-restricted-imports']],
  [ALLOWED, 'may', []],
] as const)
  for (const [file, imported] of cases)
    test(`${file} ${may} import ${imported}`, () => {
      const source = `import { it } from '${imported}';\nexport const that = it;\n`;
      assert.deepEqual(lint(file, source), broken);
    });

test('web may import types of the API', () => {
  const source = "import type { Run } from '@aio/api/run';\nexport type That = Run;\n";
  assert.deepEqual(lint('services/web/app/run.ts', source), []);
});

for (const source of ['export const it = process.env.IT;\n', 'export const { env } = process;\n']) {
  test(`only main.ts and tests read the environment: ${source.trim()}`, () => {
    assert.deepEqual(lint('services/api/app.ts', source), ['no-restricted-properties']);
    assert.deepEqual(lint('services/api/main.ts', source), []);
    assert.deepEqual(lint('services/api/test/app.test.ts', source), []);
  });
}

test('a function has at most 100 lines, except in tests', () => {
  const linesOf = (count: number) => `export function it() {${'\n'.repeat(count - 1)}}\n`;
  assert.deepEqual(lint('services/api/app.ts', linesOf(100)), []);
  assert.deepEqual(lint('services/api/app.ts', linesOf(101)), ['max-lines-per-function']);
  assert.deepEqual(lint('services/api/test/app.test.ts', linesOf(101)), []);
  assert.deepEqual(lint('services/web/test/pages/login.ts', linesOf(101)), []);
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { createKnownValues } from '../testing/fuzz/known-values.ts';
import { readReport } from '../testing/fuzz/read-report.ts';
import { startTestApi } from '../testing/start-test-api.ts';

const schemathesis = process.env.TEST_SCHEMATHESIS_PATH;
const skip = schemathesis
  ? false
  : 'needs TEST_SCHEMATHESIS_PATH (a Python package): run "npm test", which says why it has none';

const CONFIG = resolve(import.meta.dirname, '../testing/fuzz/schemathesis.toml');
/** Streams do not end. */
const STREAMS = String.raw`(\{id\}/events|events/runs)$`;
/** Most of its cases do not depend on the seed. */
const EXAMPLES = 8;
const SEED = 1;

test('schemathesis finds no fault in the API', { skip }, async (t) => {
  const api = await startTestApi(t, { env: { RATE_LIMITS: 'login=off' } });
  await createKnownValues(api);
  const folder = mkdtempSync(join(tmpdir(), 'aio-schemathesis-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const events = join(folder, 'events.ndjson');
  const headers = Object.entries(api.headers).flatMap(([name, value]) => [
    '--header',
    `${name}:${value}`,
  ]);

  const args = [
    '--config-file',
    CONFIG,
    'run',
    `${api.url}/api/v1/openapi.json`,
    '--phases=examples,coverage,fuzzing',
    `--exclude-path-regex=${STREAMS}`,
    `--max-examples=${EXAMPLES}`,
    `--seed=${SEED}`,
    '--report=ndjson',
    `--report-ndjson-path=${events}`,
    '--warnings=off',
    '--no-color',
    '--continue-on-failure',
    ...headers,
  ];
  const told = await promisify(execFile)(schemathesis!, args, {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: process.env.PATH, HOME: folder },
  }).catch((error: { code: number; stdout: string; stderr: string }) => error);
  const report = await readReport(events);

  t.diagnostic(
    `${report.covered.size} of ${report.operations.size} operations covered, ${report.cases} cases, ` +
      `${Math.round((100 * report.succeeded) / report.cases)} % got 2xx: ${JSON.stringify(report.classes)}`,
  );
  assert.ok(!('code' in told), `${told.stdout}${told.stderr}`);
  assert.deepEqual(api.faults(), []);
  assert.equal(report.classes['5xx'], undefined);
  assert.ok(report.succeeded > 0, 'some requests succeeded');
});

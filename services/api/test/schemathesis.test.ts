import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { makeTestFolder } from '@aio/tools/testing/folder';
import { createKnownValues } from '../testing/fuzz/known-values.ts';
import { readReport } from '../testing/fuzz/read-report.ts';
import { writeConfig } from '../testing/fuzz/write-config.ts';
import { startMonitored, WITHOUT_PROMETHEUS } from '../testing/monitored.ts';
import { startTestApi } from '../testing/start-test-api.ts';

const schemathesis = process.env.TEST_SCHEMATHESIS_PATH;
const skip = schemathesis
  ? false
  : 'needs TEST_SCHEMATHESIS_PATH (a Python package): run "npm test", which says why it has none';

const CONFIG = resolve(import.meta.dirname, '../testing/fuzz/schemathesis.toml');
/** Event streams do not end. */
const STREAMS = String.raw`(\{id\}/events|events/runs)$`;
/** Random requests per operation. If it is set, cases that Schemathesis derives from schemas come on top: some 10,000. */
const { AIO_FUZZ_CASES } = process.env;
const PHASES = AIO_FUZZ_CASES ? 'examples,coverage,fuzzing' : 'examples,fuzzing';
const SEED = Number(process.env.AIO_FUZZ_SEED ?? 1);

test('Schemathesis finds no fault in the API', { skip }, async (t) => {
  const monitored = WITHOUT_PROMETHEUS ? null : await startMonitored(t);
  const PROMETHEUS_URL = monitored?.prometheus.url ?? '';
  const api = await startTestApi(t, { env: { RATE_LIMITS: 'login=off', PROMETHEUS_URL } });
  const known = await createKnownValues(api);
  const folder = makeTestFolder(t, 'schemathesis');
  const config = join(folder, 'schemathesis.toml');
  writeFileSync(config, writeConfig(readFileSync(CONFIG, 'utf8'), api.document, known));
  const events = join(folder, 'events.ndjson');
  const pairs = Object.entries(api.headers);
  const headers = pairs.flatMap(([name, value]) => ['--header', `${name}:${value}`]);

  const args = [
    '--config-file',
    config,
    'run',
    `${api.url}/api/v1/openapi.json`,
    `--phases=${PHASES}`,
    `--exclude-path-regex=${STREAMS}`,
    `--max-examples=${Number(AIO_FUZZ_CASES ?? 8)}`,
    `--seed=${SEED}`,
    '--report=ndjson',
    `--report-ndjson-path=${events}`,
    '--request-timeout=60',
    '--suppress-health-check=too_slow',
    '--warnings=off',
    '--no-color',
    '--continue-on-failure',
    ...headers,
  ];
  const output = await promisify(execFile)(schemathesis!, args, {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: process.env.PATH, HOME: folder },
  }).catch((error: { code: number; stdout: string; stderr: string }) => error);
  const report = await readReport(events);

  const uncovered = [...report.operations].filter((operation) => !report.covered.has(operation));
  t.diagnostic(
    `${report.covered.size} of ${report.operations.size} operations covered, ${report.cases} cases, ` +
      `${Math.round((100 * report.succeeded) / report.cases)} % got 2xx: ${JSON.stringify(report.classes)}; ` +
      `not covered: ${uncovered.join(', ')}`,
  );
  assert.ok(!('code' in output), `${output.stdout}${output.stderr}`);
  assert.deepEqual(api.faults(), []);
  assert.equal(report.classes['5xx'], undefined);
  assert.ok(report.succeeded > 0, 'some requests succeed');
});

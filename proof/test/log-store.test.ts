import { panelsOf, readLogBoards } from '@aio/query/boards';
import { startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { waitUntil } from '@aio/tools/system/wait-until';
import { startLogStore } from '../testing/log-store.ts';
import { startTestSystem } from '@aio/tools/testing/test-system';

const { TEST_LOKI_PATH: loki, TEST_JAEGER_PATH: jaeger } = process.env;
const skip =
  loki && jaeger
    ? false
    : 'no loki or no jaeger on this machine; `npm run servers -- loki jaeger` gets them';
const COMMAND = resolve(import.meta.dirname, '../verify/telemetry/commands/logs.ts');
const WITHIN_MS = 60_000;

/** `npm run observe:logs -- <args>`. */
function observeLogs(env: Record<string, string>, args: readonly string[], input = '') {
  const { stdout, stderr, status } = spawnSync(process.execPath, [COMMAND, ...args], {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
    input,
  });
  return { lines: stdout.split('\n').filter(Boolean), stderr, status };
}

const FAILING = `
name: doomed
steps:
  call: { type: http, with: { url: "http://127.0.0.1:9/" } }
`;

test('the command finds lines of a run that the collector sent to Loki', { skip }, async (t) => {
  const traces = await startOtlpReceiver();
  t.after(() => traces.close());
  const programs = { loki: loki!, jaeger: jaeger! };
  const store = await startLogStore(t, programs, traces.endpoint);
  const system = await startTestSystem(t, {
    workers: 1,
    env: {
      LOG_LEVEL: 'info',
      TELEMETRY_ENABLED: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: store.endpoint,
      LOKI_URL: store.lokiUrl,
    },
  });
  await system.api.createWorkflow(FAILING);
  const { id } = await system.api.submitRun('doomed');
  await system.api.waitForRun(id);
  const env = { LOKI_URL: store.lokiUrl };
  const files = { AIO_DATA_DIR: resolve(system.logsDir, '..') };
  await waitUntil('the run is in Loki', WITHIN_MS, () => {
    return observeLogs(env, ['--run', id, '--event', 'aio.run.ended']).lines.length === 1;
  });

  await t.test('the same lines as in the files of `npm start`', () => {
    const inLoki = observeLogs(env, ['--run', id]);
    const inFiles = observeLogs(files, ['--run', id]);
    // Loki keeps no order among lines of one millisecond.
    assert.deepEqual(inLoki.lines.toSorted(), inFiles.lines.toSorted());
    assert.match(inLoki.lines.join('\n'), /WARN {2}aio-worker A step failed .* step=call trace=/);
  });

  await t.test('by trace, with the request that started it; spans still arrive', async () => {
    const [ended = ''] = observeLogs(env, ['--run', id]).lines;
    const [, traceId = ''] = /trace=(\w{32})/.exec(ended) ?? [];
    const { lines } = observeLogs(env, ['--trace', traceId]);
    const request =
      /aio-api Request POST \/api\/v1\/workflows\/\{name\}\/runs 202 [\d.]+ ms by \S+ event=/;
    assert.match(lines.join('\n'), request);
    assert.match(lines.join('\n'), /aio-worker Run ended/);
    await traces.waitForSpans(traceId, (spans) => spans.some(({ name }) => name === 'run doomed'));
  });

  await t.test('by level and time', () => {
    assert.ok(
      observeLogs(env, ['--run', id, '--level', 'warn', '--since', '10m']).lines.length > 0,
    );
    const { lines, stderr } = observeLogs(env, ['--run', id, '--level', 'fatal']);
    assert.deepEqual([lines, stderr.trim()], [[], 'No lines match.']);
  });

  await t.test('the logs board shows them, through the API', async () => {
    const panels = panelsOf(readLogBoards()[0]!);
    const ask = async (title: string) => {
      const panel = panels.find((one) => one.title === title)!.id;
      const [from, to] = [Date.now() - 900_000, Date.now()].map((at) => new Date(at).toISOString());
      const path = '/dashboards/aio-logs/query';
      const { targets } = await system.api.post<PanelData>(path, { panel, from, to });
      return targets.flatMap(({ series }) => series);
    };
    // The newest lines are not on the time grid yet.
    await waitUntil('every panel has the lines of the run', WITHIN_MS, async () => {
      const found = await Promise.all(panels.map(({ title }) => ask(title)));
      const legends = found.flat().map(({ legend }) => legend);
      return (
        found.every((series) => series.length > 0) &&
        ['aio-worker: warn', 'doomed: call'].every((name) => legends.includes(name)) &&
        legends.some((name) => /^aio\.step\.failed \w+/.test(name))
      );
    });
    assert.deepEqual((await ask('Errors'))[0]?.values, [0], 'no errors is 0');
  });

  await t.test('from what `docker compose logs` prints', () => {
    const input =
      'worker-1  | {"level":"warn","time":"2026-01-01T00:00:00.000Z","msg":"x"}\nnoise\n';
    assert.equal(observeLogs({}, ['--stdin', '--level', 'warn'], input).lines.length, 1);
  });

  await t.test('wrong arguments and a missing Loki have their own exit codes', () => {
    assert.equal(observeLogs(env, ['--level', 'loud']).status, 64);
    assert.equal(observeLogs({ LOKI_URL: 'http://127.0.0.1:9' }, []).status, 69);
  });
});

interface PanelData {
  targets: { series: { legend: string; values: unknown[] }[] }[];
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import { makeTestFolder } from '@aio/stack/testing/folder';
import { readCommandLine } from '../lib/load-test/command-line.ts';
import { k6At } from '../lib/load-test/find-k6.ts';
import { openResults } from '../lib/load-test/keep.ts';
import { perform } from '../lib/load-test/perform.ts';
import { DASHBOARD } from '../lib/load-test/run-scenario.ts';
import { startTestSystem } from '../testing/test-system.ts';

const path = process.env.TEST_K6_PATH;
const skip = path ? false : 'no k6 on this machine';

test(
  'the smoke test with a real k6: runs succeed, figures add up, slow runs have traces',
  { skip },
  async (t) => {
    const receiver = await startOtlpReceiver();
    t.after(() => receiver.close());
    const env = { TELEMETRY_ENABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint };
    const system = await startTestSystem(t, { workers: 1, env });
    const folder = makeTestFolder(t, 'load-smoke');

    const result = await perform({
      options: readCommandLine(['smoke', '--duration', '4s']),
      k6: k6At(path as string),
      target: {
        name: 'a test',
        apiUrl: system.apiUrl,
        webUrl: '',
        keycloakUrl: system.identityUrl,
        simulatorUrl: system.simulator.url,
        prometheusUrl: undefined,
        fetch: system.fetch,
        stop: async () => {},
      },
      recorded: [],
      folder: join(folder, 'work'),
      env: process.env,
      command: 'npm run load -- smoke',
      shown: false,
      say: (line) => t.diagnostic(line),
      signal: t.signal,
    });

    // Ignores times, because other tests run at the same time.
    const broken = result.objectives.filter(
      ({ kept, expression }) => !kept && !expression.startsWith('p('),
    );
    assert.deepEqual(broken, []);
    assert.deepEqual(result.failures, []);
    const seen = result.runs.seen?.count ?? 0;
    assert.ok(seen >= 7, `${seen} runs`);
    // Five more runs warm up before the load.
    assert.deepEqual(result.runs.byStatus, { succeeded: seen + 5 });
    // Each run has three calls.
    assert.equal(result.runs.queueTime?.count, seen * 3);
    const routes = new Map(result.requests.routes.map(({ route, time }) => [route, time.count]));
    assert.equal(routes.get('/api/v1/workflows/{name}/runs'), seen);
    assert.equal(routes.get('/api/v1/runs/{id}/events'), seen);

    const [slowest] = result.slowest;
    const { total, spent } = slowest!.time;
    assert.equal(
      Object.values(spent).reduce((all, part) => all + part),
      total,
    );
    const spans = await receiver.waitForSpans(slowest!.traceId as string, (spans) =>
      spans.some(({ name }) => name === 'run load-request'),
    );
    assert.ok(spans.some(({ name }) => name === 'step http'));

    const results = openResults(folder);
    assert.equal(results.last('smoke'), undefined);
    const kept = results.keep(result, join(folder, 'work', DASHBOARD));
    assert.match(readFileSync(kept[1] as string, 'utf8'), /^<!doctype html>/i, 'charts of k6');
    assert.deepEqual(results.last('smoke'), JSON.parse(JSON.stringify(result)));
  },
);

test('if the load cannot start, the error contains the output of k6', { skip }, async (t) => {
  const { runScenario } = await import('../lib/load-test/run-scenario.ts');
  const folder = makeTestFolder(t, 'load-nowhere');
  const nowhere = 'http://127.0.0.1:9';
  const run = runScenario({
    k6: k6At(path as string),
    scenario: 'smoke',
    testid: 'nowhere',
    prometheusUrl: undefined,
    folder,
    env: process.env,
    shown: false,
    signal: t.signal,
    settings: {
      apiUrl: nowhere,
      webUrl: nowhere,
      keycloakUrl: nowhere,
      simulatorUrl: nowhere,
      rate: 1,
      seconds: 1,
      listeners: 1,
      traced: 1,
      recorded: [],
    },
  });
  await assert.rejects(run, (error: Error & { details?: string[] }) => {
    assert.match(error.message, /^k6 exited with code 107$/);
    assert.match(error.details?.join('\n') ?? '', /no token: 0 .*connection refused/);
    return true;
  });
});

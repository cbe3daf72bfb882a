import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import { makeTestFolder } from '@aio/tools/testing/folder';
import { readCommandLine } from '../load/command-line.ts';
import { k6At } from '../load/find-k6.ts';
import { perform } from '../load/perform.ts';
import { listCrossed } from '../load/k6-summary.ts';
import { keepResult, lastResult } from '../load/result.ts';
import { DASHBOARD } from '../load/run-scenario.ts';
import { targetOf } from '../load/target.ts';
import { startTestSystem } from '@aio/tools/testing/test-system';

const path = process.env.TEST_K6_PATH;
const LOAD = {
  options: readCommandLine(['smoke', '--duration', '4s']),
  k6: k6At(path ?? ''),
  recorded: [],
  env: process.env,
  command: 'npm run load -- smoke',
  shown: 'nothing' as const,
  say: () => {},
};
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
      ...LOAD,
      target: targetOf(system),
      folder: join(folder, 'work'),
      signal: t.signal,
    });

    // Ignores times, because other tests run at the same time.
    const { metrics } = result;
    assert.deepEqual(
      listCrossed(metrics).filter((crossed) => !crossed.includes(' p(')),
      [],
    );
    assert.deepEqual(result.failures, []);
    const countOf = (metric: string) => metrics[metric]?.values['count'];
    const seen = countOf('load_run_duration') ?? 0;
    assert.ok(seen >= 7, `${seen} runs`);
    // Five more runs warm up before the load.
    assert.deepEqual(result.runs.byStatus, { succeeded: seen + 5 });
    // Each run has three calls.
    assert.equal(countOf('load_queue_time'), seen * 3);
    for (const route of ['/api/v1/workflows/{name}/runs', '/api/v1/runs/{id}/events'])
      assert.equal(countOf(`http_req_duration{route:${route}}`), seen);

    const [slowest] = result.slowest;
    const { totalMs, byClass } = slowest!.time;
    assert.equal(
      Object.values(byClass).reduce((all, part) => all + part),
      totalMs,
    );
    const spans = await receiver.waitForSpans(slowest!.traceId as string, (spans) =>
      spans.some(({ name }) => name === 'run load-request'),
    );
    assert.ok(spans.some(({ name }) => name === 'step http'));

    assert.equal(lastResult(folder, 'smoke'), undefined);
    const kept = keepResult(folder, result, join(folder, 'work', DASHBOARD));
    assert.match(readFileSync(kept[1] as string, 'utf8'), /^<!doctype html>/i, 'charts of k6');
    assert.deepEqual(lastResult(folder, 'smoke'), JSON.parse(JSON.stringify(result)));
  },
);

test('if the load cannot start, the error contains the output of k6', { skip }, async (t) => {
  const folder = makeTestFolder(t, 'load-nowhere');
  const nowhere = 'http://127.0.0.1:9';
  const run = perform({
    ...LOAD,
    target: {
      name: 'nowhere',
      apiUrl: nowhere,
      webUrl: nowhere,
      keycloakUrl: nowhere,
      simulatorUrl: nowhere,
      prometheusUrl: undefined,
      fetch,
      stop: async () => {},
    },
    folder,
    signal: t.signal,
  });
  await assert.rejects(run, (error: Error & { details?: string[] }) => {
    assert.match(error.message, /^k6 exited with code 107$/);
    assert.match(error.details?.join('\n') ?? '', /no token: 0 .*connection refused/);
    return true;
  });
});

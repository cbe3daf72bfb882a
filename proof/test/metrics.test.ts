import { METRICS } from '@aio/catalog/metrics/all-metrics';
import { RUN_OUTCOMES } from '@aio/catalog/metrics/labels';
import type { MetricDefinition } from '@aio/catalog/metrics/metric';
import { PROCESS_METRICS } from '@aio/catalog/metrics/process';
import { SLOS } from '@aio/catalog/objectives/slos';
import { allEvents, badEvents } from '@aio/slo/slo';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { readBoards } from '@aio/query/boards';
import { fillIn } from '@aio/query/fill-in';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { readMetric } from '@aio/tools/system/read-metric';
import { observeCopies } from '../testing/metrics-copies.ts';
import { startTestSystem, type TestSystem } from '@aio/tools/testing/test-system';

const prometheusPath = process.env.TEST_PROMETHEUS_PATH;
const lacksPrometheus = !prometheusPath && 'no prometheus on this machine';

const MEASURED = `
name: measured
input: { type: object, required: [simulator], properties: { simulator: { type: string } } }
steps:
  fetch: { type: http, with: { url: "\${{ input.simulator + '/work?ms=5' }}" } }
  fails:
    type: http
    with: { url: "\${{ input.simulator + '/work?fail=9' }}" }
    retry: { maxAttempts: 2, delay: 5ms, backoff: constant }
    onFailure: continue
  ask: { type: llm, needs: [fetch], with: { model: openai/gpt-5-mini, prompt: "Say something." } }
`;
const FAILS = `
name: fails
input: { type: object, required: [simulator], properties: { simulator: { type: string } } }
steps:
  fails:
    type: http
    with: { url: "\${{ input.simulator + '/work?fail=9' }}" }
    retry: { maxAttempts: 1 }
`;

async function scrape(url: string, accept = 'text/plain'): Promise<string> {
  return await (await fetch(url, { headers: { accept } })).text();
}

test('the metrics of API and worker', async (t) => {
  const system = await startTestSystem(t, {
    workers: 1,
    env: {
      AIO_REVISION: '0123456789ab',
      TELEMETRY_ENABLED: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    },
  });
  const worker = system.workers[0]!;
  const read = (name: string, labels: string) => readMetric(worker.metricsUrl, name, labels);
  const runMeasured = async (workflow: string) => {
    const { id } = await system.api.submitRun(workflow, { simulator: system.simulator.url });
    const { status } = await system.api.waitForRun(id);
    // The worker commits the end first and counts it afterwards.
    const ofRun = `workflow="${workflow}",outcome="${status}"`;
    const isCounted = () => read('aio_workflow_runs_ended_total', ofRun);
    await waitUntil(isCounted, { what: `a run that ${status} to be counted` });
    return { id, status };
  };

  await t.test('are exactly those of the catalogue', async () => {
    for (const [name, url] of [
      ['api', system.metricsUrl],
      ['worker', worker.metricsUrl],
    ] as const) {
      const text = await scrape(url);
      assert.match(text, /^aio_build_info\{version="[\d.]+",revision="0123456789ab"\} 1$/m, name);
      const served = [...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]);
      const ours = Object.values<MetricDefinition>(METRICS).filter(
        ({ exposedBy, needs }) =>
          (exposedBy === 'both' || exposedBy === name) && needs !== 'read replica',
      );
      const expected = [...ours, ...PROCESS_METRICS].map((metric) => metric.name);
      assert.deepEqual(served.toSorted(), expected.toSorted(), name);
    }
  });

  await t.test('have the series that objectives and alerts count, before an event', async () => {
    const [api, ofWorker] = await Promise.all([
      scrape(system.metricsUrl),
      scrape(worker.metricsUrl),
    ]);
    for (const text of [api, ofWorker])
      for (const outcome of RUN_OUTCOMES)
        assert.match(text, new RegExp(`^aio_runs_ended_total\\{outcome="${outcome}"\\} 0$`, 'm'));
    assert.match(api, /^aio_http_response_seconds_count\{status="5xx"\} 0$/m);
    const unreadable = 'kind="http",error_type="secret_unreadable"';
    assert.match(ofWorker, new RegExp(`^aio_step_failures_total\\{${unreadable}\\} 0$`, 'm'));
  });

  await t.test(
    'count a workflow once that is stored, run and failed between two scrapes',
    { skip: lacksPrometheus },
    (t) => countsFirstFailure(t, system, () => runMeasured('fails')),
  );

  await system.api.createWorkflow(MEASURED);

  await t.test('count no run of a workflow before its first run ends', async () => {
    const zero = `aio_workflow_runs_ended_total{workflow="measured",outcome="succeeded"} 0\n`;
    const isZero = async () => (await scrape(worker.metricsUrl)).includes(zero);
    await waitUntil(isZero, { what: 'the series at zero' });
  });

  await t.test('match the run and its rows, and an exemplar has its trace id', async () => {
    const increments = [
      ['aio_runs_ended_total', 'outcome="succeeded"', 1],
      ['aio_runs_ended_total', 'outcome="failed"', 0],
      ['aio_llm_calls_total', 'provider="openai",outcome="succeeded"', 1],
      ['aio_step_attempts_total', 'kind="http",outcome="succeeded"', 1],
      ['aio_step_attempts_total', 'kind="http",outcome="failed"', 2],
      ['aio_step_retries_total', 'kind="http"', 1],
      ['aio_steps_finished_total', 'kind="http",status="failed"', 1],
      ['aio_step_queue_seconds_count', 'kind="llm"', 1],
      ['aio_step_execution_seconds_count', 'kind="llm"', 1],
      ['aio_workflow_step_seconds_count', 'workflow="measured",step="ask"', 1],
    ] as const;
    const before = await Promise.all(increments.map(([name, labels]) => read(name, labels)));
    const { id, status } = await runMeasured('measured');
    assert.equal(status, 'succeeded');
    for (const [index, [name, labels, increment]] of increments.entries())
      assert.equal((await read(name, labels)) - before[index]!, increment, `${name} ${labels}`);

    const { rows } = await system.db.query<{ queued: number; executed: number }>(
      `select extract(epoch from started_at - ready_at)::float8 as queued,
         extract(epoch from finished_at - started_at)::float8 as executed
       from steps where run_id = $1 and step = 'ask'`,
      [id],
    );
    for (const [name, seconds] of [
      ['aio_step_queue_seconds_sum', rows[0]!.queued],
      ['aio_step_execution_seconds_sum', rows[0]!.executed],
    ] as const) {
      const counted = await read(name, 'kind="llm"');
      assert.ok(Math.abs(counted - seconds) < 0.002, `${name}: ${counted} s, row ${seconds} s`);
    }
    const ofModel =
      'workflow="measured",gen_ai_operation_name="chat",gen_ai_provider_name="openai",' +
      'gen_ai_request_model="gpt-5-mini",gen_ai_token_modality="text"';
    assert.ok((await read('gen_ai_client_inference_usage_output_tokens_total', ofModel)) > 0);
    assert.match(
      await scrape(worker.metricsUrl, 'application/openmetrics-text'),
      /aio_run_duration_seconds_bucket\{[^\n]*# \{trace_id="[0-9a-f]{32}",run_id="[0-9a-f-]{36}"\}/,
    );
  });

  await t.test('of expected waits need the throughput that the worker reports', async () => {
    const isReported = async () => {
      const { rows } = await system.db.query(`select 1 from workers where begun ->> 'llm' = '1'`);
      return rows.length === 1;
    };
    await waitUntil(isReported, { what: 'the worker to report its call', timeoutMs: 30_000 });
  });
});

/** Longer than the test. */
const RANGE_SECONDS = 300;
const EVERYTHING = { job: '.*', instance: '.*', workflow: '.*', __rate_interval: '5m' };

/** What panels without a workflow show: a number of runs, or a share of them. */
const SHOWN: readonly (readonly [uid: string, title: string, query: number, value: number])[] = [
  ['aio-overview', 'Run success', 0, 0],
  ['aio-overview', 'Runs', 0, 1],
  ['aio-overview', 'Runs', 1, 1],
  ['aio-runs', 'Success rate', 0, 0],
  ['aio-runs', 'Finished by outcome', 0, 1],
];

/** Compares the objective and panels with the first failure of the system. */
async function countsFirstFailure(
  t: TestContext,
  { api, metricsUrl, workers }: TestSystem,
  runOnce: () => Promise<{ status: string }>,
): Promise<void> {
  const urls = { api: metricsUrl, worker: workers[0]!.metricsUrl };
  const { prometheus, renew } = await observeCopies(t, prometheusPath as string, urls);
  const valueOf = async (promql: string, at = Date.now() / 1000) => {
    const series = await prometheus.query(promql, at);
    return series.reduce<number | null>((sum, { samples }) => (sum ?? 0) + samples[0]!.value, null);
  };
  const until = (promql: string, value: number) =>
    waitUntil(async () => (await valueOf(promql)) === value, { what: promql, timeoutMs: 60_000 });
  await until('min(count_over_time(up[5m])) >= bool 2', 1);

  await api.createWorkflow(FAILS);
  assert.equal((await runOnce()).status, 'failed');
  await renew();
  await until('sum(aio_workflow_runs_ended_total{workflow="fails",outcome="failed"})', 1);
  await until('sum(aio_runs_submitted_total{workflow="fails"})', 1);

  // Prometheus extrapolates a rate neither before a zero nor, at the time of a sample, after it.
  const lastSample = async (job: string) =>
    (await valueOf(`max(timestamp(up{job="${job}"}))`)) ?? assert.fail(`no sample of ${job}`);
  const [ofWorker, ofApi] = [await lastSample('worker'), await lastSample('api')];
  const runsIn = async (promql: string, at: number) => {
    const perSecond = await valueOf(promql, at);
    // Without the rounding errors of a division.
    return perSecond === null ? null : Number((perSecond * RANGE_SECONDS).toPrecision(9));
  };

  const { runSuccess } = SLOS;
  assert.equal(await runsIn(badEvents(runSuccess, '5m').promql, ofWorker), 1);
  assert.equal(await runsIn(allEvents(runSuccess, '5m').promql, ofWorker), 1);
  // Not exactly 1: a scrape may end between the evaluations of the two recorded series.
  await until('slo:error_ratio:rate5m{slo="runSuccess"} > bool 0.9', 1);

  const boards = readBoards();
  for (const [uid, title, query, value] of SHOWN) {
    const board = boards.find((one) => one.uid === uid)!;
    const panel = board.panels.find((one) => one.title === title);
    const promql = fillIn(panel?.targets[query]?.expr ?? '', EVERYTHING);
    const at = promql.includes('accepted') ? ofApi : ofWorker;
    const isShare = panel?.unit === 'percentunit';
    const shown = isShare ? await valueOf(promql, at) : await runsIn(promql, at);
    assert.equal(shown, value, `${uid}: ${title}`);
  }
}

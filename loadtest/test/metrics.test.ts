import { METRICS } from '@aio/catalog/all-metrics';
import { RUN_OUTCOMES } from '@aio/catalog/labels';
import { PROCESS_METRICS } from '@aio/catalog/metrics/process';
import type { MetricDefinition } from '@aio/catalog/metric';
import { waitUntil } from '@aio/platform/testing/wait-until';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMetric } from '../lib/read-metric.ts';
import { startTestSystem } from '../testing/test-system.ts';

const WORKFLOW = `
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

async function scrape(url: string, accept = 'text/plain'): Promise<string> {
  return await (await fetch(url, { headers: { accept } })).text();
}

test('the metrics of API and worker', async (t) => {
  const system = await startTestSystem(t, {
    workers: 1,
    env: {
      AIO_REVISION: '0123456789ab',
      WORKER_LEASE_MS: '1500',
      TELEMETRY_ENABLED: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    },
  });
  const worker = system.workers[0]!;

  await t.test('are exactly those of the catalogue', async () => {
    for (const [name, url] of [
      ['api', system.metricsUrl],
      ['worker', worker.metricsUrl],
    ] as const) {
      const text = await scrape(url);
      assert.match(text, /^aio_build_info\{version="[\d.]+",revision="0123456789ab"\} 1$/m, name);
      const served = [...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]);
      const ours = Object.values<MetricDefinition>(METRICS).filter(
        ({ exposedBy }) => exposedBy === 'both' || exposedBy === name,
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

  await system.api.createWorkflow(WORKFLOW);
  const ofRun = 'workflow="measured",outcome="succeeded"';

  await t.test('count no run of a workflow before its first run ends', async () => {
    const zero = `aio_run_duration_seconds_count{${ofRun}} 0\n`;
    const isZero = async () => (await scrape(worker.metricsUrl)).includes(zero);
    await waitUntil(isZero, { what: 'the series at zero' });
  });

  await t.test('match the run, and an exemplar has its trace id', async () => {
    const { id } = await system.api.submitRun('measured', { simulator: system.simulator.url });
    assert.equal((await system.api.waitForRun(id)).status, 'succeeded');
    const read = (name: string, labels: string) => readMetric(worker.metricsUrl, name, labels);
    // The worker commits the end first and counts it afterwards.
    const isCounted = () => read('aio_run_duration_seconds_count', ofRun);
    assert.equal(await waitUntil(isCounted, { what: 'the run to be counted' }), 1);
    for (const [name, labels, count] of [
      ['aio_runs_ended_total', 'outcome="succeeded"', 1],
      ['aio_runs_ended_total', 'outcome="failed"', 0],
      ['aio_llm_calls_total', 'provider="openai",outcome="succeeded"', 1],
      ['aio_step_attempts_total', 'kind="http",outcome="succeeded"', 1],
      ['aio_step_attempts_total', 'kind="http",outcome="failed"', 2],
      ['aio_step_retries_total', 'kind="http"', 1],
      ['aio_steps_finished_total', 'kind="http",status="failed"', 1],
      ['aio_step_queue_seconds_count', 'kind="llm"', 1],
      ['aio_workflow_step_seconds_count', 'workflow="measured",step="ask"', 1],
    ] as const)
      assert.equal(await read(name, labels), count, `${name} ${labels}`);
    const model = 'workflow="measured",provider="openai",model="gpt-5-mini"';
    assert.ok((await read('aio_llm_tokens_total', `${model},direction="output",type="plain"`)) > 0);
    assert.match(
      await scrape(worker.metricsUrl, 'application/openmetrics-text'),
      /aio_run_duration_seconds_bucket\{[^\n]*# \{trace_id="[0-9a-f]{32}",run_id="[0-9a-f-]{36}"\}/,
    );
  });
});

import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, resolve } from 'node:path';
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SLOS, allEvents, badEvents } from '@aio/catalog/slos';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { panelsOf, readBoards } from '@aio/query/boards';
import { fillIn } from '@aio/query/fill-in';
import { createPrometheusApi, type PrometheusApi } from '@aio/query/prometheus';
import { findFreePort } from '@aio/stack/free-port';
import { startPrometheus } from '@aio/stack/prometheus';
import { readMetric } from '../lib/read-metric.ts';
import { makeScratchFolder } from '../lib/scratch-folder.ts';
import { startTestSystem } from '../testing/test-system.ts';

const path = process.env.TEST_PROMETHEUS_PATH;
const skip = !path && 'no prometheus on this machine';

const RULES = resolve(import.meta.dirname, '../../observability/config/prometheus/rules/*.yml');
const WORKFLOW = `
name: fails
input: { type: object, required: [simulator], properties: { simulator: { type: string } } }
steps:
  fails:
    type: http
    with: { url: "\${{ input.simulator + '/work?fail=9' }}" }
    retry: { maxAttempts: 1 }
`;
const FAILED = 'workflow="fails",outcome="failed"';
/** Longer than the test. */
const RANGE_SECONDS = 300;
const EVERYTHING = { job: '.*', instance: '.*', workflow: '.*', __rate_interval: '5m' };

/** What panels without a workflow show: a number of runs, or a share of them. */
const SHOWN: readonly (readonly [uid: string, title: string, query: number, value: number])[] = [
  ['aio-overview', 'Run success', 0, 0],
  ['aio-overview', 'Availability and run success', 1, 0],
  ['aio-overview', 'Runs', 0, 1],
  ['aio-overview', 'Runs', 1, 1],
  ['aio-runs', 'Success rate', 0, 0],
  ['aio-runs', 'Started', 0, 1],
  ['aio-runs', 'Finished', 0, 1],
  ['aio-runs', 'Finished by outcome', 0, 1],
  ['aio-runs', 'Started against finished', 0, 1],
  ['aio-runs', 'Started against finished', 1, 1],
  ['aio-cost', 'Failed runs', 0, 1],
];

test(
  'a workflow that is stored, run and failed between two scrapes counts once',
  { skip },
  async (t) => {
    const system = await startTestSystem(t, { workers: 1 });
    const worker = system.workers[0]!;
    const copies = await serveCopies(t, { api: system.metricsUrl, worker: worker.metricsUrl });
    const prometheus = await startObserver(t, copies.targets);
    const valueOf = async (promql: string, at = Date.now() / 1000) => {
      const series = await prometheus.query(promql, at);
      return series.reduce<number | null>(
        (sum, { samples }) => (sum ?? 0) + samples[0]!.value,
        null,
      );
    };
    const until = (promql: string, value: number) =>
      waitUntil(async () => (await valueOf(promql)) === value, { what: promql, timeoutMs: 60_000 });
    await until('min(count_over_time(up[5m])) >= bool 2', 1);

    await system.api.createWorkflow(WORKFLOW);
    const { id } = await system.api.submitRun('fails', { simulator: system.simulator.url });
    assert.equal((await system.api.waitForRun(id)).status, 'failed');
    const counted = () => readMetric(worker.metricsUrl, 'aio_run_duration_seconds_count', FAILED);
    await waitUntil(async () => (await counted()) === 1, { what: 'the run to be counted' });
    await copies.renew();
    await until(`sum(aio_run_duration_seconds_count{${FAILED}})`, 1);
    await until('sum(aio_runs_submitted_total{workflow="fails"})', 1);

    // Prometheus extrapolates a rate neither before a zero nor, at the time of a sample, after it.
    const lastSample = async (job: string) =>
      (await valueOf(`max(timestamp(up{job="${job}"}))`)) ?? assert.fail(`no sample of ${job}`);
    const ofWorker = await lastSample('worker');
    const ofApi = await lastSample('api');
    const runsIn = async (promql: string, at: number) => {
      const perSecond = await valueOf(promql, at);
      return perSecond === null ? null : round(perSecond * RANGE_SECONDS);
    };

    await t.test('in the objective', async () => {
      const { runSuccess } = SLOS;
      assert.equal(await runsIn(badEvents(runSuccess, '5m').promql, ofWorker), 1);
      assert.equal(await runsIn(allEvents(runSuccess, '5m').promql, ofWorker), 1);
      // Not exactly 1: a scrape may end between the evaluations of the two recorded series.
      await until('slo:error_ratio:rate5m{slo="runSuccess"} > bool 0.9', 1);
    });

    await t.test('in panels without a workflow', async () => {
      const boards = readBoards();
      for (const [uid, title, query, value] of SHOWN) {
        const board = boards.find((one) => one.uid === uid)!;
        const panel = panelsOf(board).find((one) => one.title === title);
        const promql = fillIn(panel?.targets[query]?.expr ?? '', EVERYTHING);
        const at = promql.includes('accepted') ? ofApi : ofWorker;
        const isShare = panel?.unit === 'percentunit';
        const shown = isShare ? await valueOf(promql, at) : await runsIn(promql, at);
        assert.equal(shown, value, `${uid}: ${title}`);
      }
    });
  },
);

/** Serves copies of `/metrics`, so that the test decides what happens between two scrapes. */
async function serveCopies(t: TestContext, urls: Readonly<Record<string, string>>) {
  const copies = Object.entries(urls).map(([job, url]) => {
    let text = '';
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4').end(text);
    }).listen(0, '127.0.0.1');
    t.after(() => server.close().closeAllConnections());
    const renew = async () => void (text = await (await fetch(url)).text());
    return { job, server, renew };
  });
  const renew = () => Promise.all(copies.map((copy) => copy.renew()));
  await Promise.all(copies.map(({ server }) => once(server, 'listening')));
  await renew();
  const targets = copies.map(({ job, server }) => ({
    job,
    ports: [(server.address() as AddressInfo).port],
  }));
  return { renew, targets };
}

async function startObserver(
  t: TestContext,
  targets: Awaited<ReturnType<typeof serveCopies>>['targets'],
): Promise<PrometheusApi> {
  const dataDir = makeScratchFolder('first-failure');
  const server = await startPrometheus({
    dataDir,
    port: await findFreePort(),
    searchPath: `${dirname(path!)}${delimiter}${process.env.PATH}`,
    targets,
    scrapeIntervalMs: 1000,
    evaluationIntervalMs: 1000,
    ruleFiles: [RULES],
  });
  t.after(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return createPrometheusApi(server.url);
}

/** Without the rounding errors of a division. */
function round(value: number): number {
  return Number(value.toPrecision(9));
}

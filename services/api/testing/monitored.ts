import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { METRICS } from '@aio/catalog/metrics/all-metrics';
import type { Metrics } from '@aio/catalog/metrics/instruments';
import type { MetricDefinition } from '@aio/catalog/metrics/metric';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createPrometheusApi, type PrometheusApi } from '@aio/query/prometheus';
import type { AnyInstrument } from '@aio/metrics/instrument';
import { labelSetsOf } from '@aio/metrics/label-guard';
import { createMetrics } from '@aio/runtime/metrics';
import { startMetricsServer } from '@aio/http/metrics-server';
import { findFreePort } from '@aio/tools/process/free-port';
import { startPrometheus } from '@aio/tools/servers/prometheus';

/** A real Prometheus that scrapes metrics of an API and a worker. The test sets their values. */
export interface Monitored {
  prometheus: PrometheusApi;
  api: Metrics<'api'>;
  worker: Metrics<'worker'>;
  /** Records a value in every metric, for every value of its bounded labels. */
  recordAll(): void;
  /** Resolves after two more scrapes, which include everything recorded so far. */
  scraped(): Promise<void>;
  stop(): Promise<void>;
}

const RULES = resolve(import.meta.dirname, '../../../observability/config/prometheus/rules/*.yml');
export const SCRAPE_SECONDS = 1;

const OPTIONS = { enabled: true, defaults: true, version: '0.0.0' };
const program = process.env.TEST_PROMETHEUS_PATH;
/** Why tests with a Prometheus are skipped; false = it is there. */
export const WITHOUT_PROMETHEUS = !program && 'no prometheus on this machine';

export async function startMonitored(t: TestContext): Promise<Monitored> {
  const dataDir = await mkdtemp(join(tmpdir(), 'aio-monitored-'));
  const api = createMetrics({ ...OPTIONS, process: 'api' });
  const worker = createMetrics({ ...OPTIONS, process: 'worker' });
  const servers = await Promise.all(
    [api, worker].map(({ scrape }) =>
      startMetricsServer({
        host: '127.0.0.1',
        port: 0,
        scrape,
        health: () => null,
        requirable: [],
        ready: async () => ({ ok: true, body: null }),
      }),
    ),
  );
  const [apiServer, workerServer] = servers;
  const server = await startPrometheus({
    dataDir,
    port: await findFreePort(),
    searchPath: `${dirname(program!)}${delimiter}${process.env.PATH}`,
    targets: [
      { job: 'api', ports: [apiServer!.port] },
      { job: 'worker', ports: [workerServer!.port] },
    ],
    scrapeIntervalMs: SCRAPE_SECONDS * 1000,
    evaluationIntervalMs: SCRAPE_SECONDS * 1000,
    ruleFiles: [RULES],
  });
  t.after(async () => {
    await server.stop();
    for (const one of servers) await one.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const prometheus = createPrometheusApi(server.url);

  async function countScrapes(): Promise<number> {
    const found = await prometheus.query('min(count_over_time(up[1h]))', Date.now() / 1000);
    return found[0]?.samples[0]?.value ?? 0;
  }

  return {
    prometheus,
    api: api.metrics,
    worker: worker.metrics,
    stop: async () => void (await server.stop()),
    recordAll() {
      recordIn(api.metrics);
      recordIn(worker.metrics);
    },
    async scraped() {
      const before = await countScrapes();
      await waitUntil(async () => (await countScrapes()) >= before + 2, {
        what: 'two more scrapes',
        timeoutMs: 30_000,
      });
    },
  };
}

/** Values of an open label. */
const OPEN_VALUES = () => ['sample'];

function recordIn(metrics: object): void {
  for (const [key, instrument] of Object.entries(metrics) as [string, AnyInstrument][]) {
    const definition: MetricDefinition = METRICS[key as keyof typeof METRICS];
    for (const labels of labelSetsOf(definition, OPEN_VALUES)) {
      if (definition.type === 'counter') instrument.inc?.(labels, 1);
      if (definition.type === 'gauge') instrument.set?.(labels, 1);
      if (definition.type === 'histogram') instrument.observe?.(labels, 0.3);
    }
  }
}

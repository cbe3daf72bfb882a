import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { createPrometheusApi, type PrometheusApi } from '@aio/query/prometheus';
import { startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import { findFreePort } from '@aio/tools/process/free-port';
import { startPrometheus } from '@aio/tools/servers/prometheus';
import { PROGRAMS } from './programs.ts';
import { startSite, type Site } from './start-site.ts';

/** A site whose processes a real Prometheus scrapes, with AIO's rules. */
export interface ObservedSite extends Site {
  prometheus: PrometheusApi;
  /** Stops Prometheus before the test ends. */
  stopPrometheus(): Promise<void>;
}

const RULES = resolve(
  import.meta.dirname,
  '../../../../observability/config/prometheus/rules/*.yml',
);

export async function startObserved(t: TestContext): Promise<ObservedSite> {
  const port = await findFreePort();
  const url = `http://localhost:${port}`;
  // Only exported traces have exemplars.
  const collector = await startOtlpReceiver();
  t.after(() => collector.close());
  const site = await startSite(t, {
    PROMETHEUS_URL: url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
  });
  const portOf = (address: string) => Number(new URL(address).port);
  const dataDir = await mkdtemp(join(tmpdir(), 'aio-observed-'));
  const server = await startPrometheus({
    dataDir,
    port,
    searchPath: `${dirname(PROGRAMS.prometheus!)}${delimiter}${process.env.PATH}`,
    targets: [
      { job: 'api', ports: [portOf(site.system.metricsUrl)] },
      { job: 'worker', ports: site.system.workers.map(({ metricsUrl }) => portOf(metricsUrl)) },
    ],
    scrapeIntervalMs: 1000,
    evaluationIntervalMs: 1000,
    ruleFiles: [RULES],
  });
  t.after(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  return {
    ...site,
    prometheus: createPrometheusApi(url),
    stopPrometheus: async () => void (await server.stop()),
  };
}

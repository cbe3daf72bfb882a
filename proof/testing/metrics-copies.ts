import { createPrometheusApi, type PrometheusApi } from '@aio/query/prometheus';
import { findFreePort } from '@aio/tools/process/free-port';
import { startPrometheus } from '@aio/tools/servers/prometheus';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { PROJECT_ROOT } from '@aio/tools/system/own-servers';
import { makeScratchFolder } from '@aio/tools/cli/scratch-folder';

const RULES = join(PROJECT_ROOT, 'observability/config/prometheus/rules/*.yml');

/** A Prometheus with the shipped rules that scrapes copies of `/metrics` every second. */
export interface ObservedCopies {
  readonly prometheus: PrometheusApi;
  /** Copies the pages again, so that the test decides what happens between two scrapes. */
  renew(): Promise<void>;
}

/**
 * @param program path of Prometheus
 * @param urls of `/metrics`, by job
 */
export async function observeCopies(
  t: TestContext,
  program: string,
  urls: Readonly<Record<string, string>>,
): Promise<ObservedCopies> {
  const copies = await Promise.all(
    Object.entries(urls).map(async ([job, url]) => {
      let text = '';
      const server = await startHttpServer((_, response) => {
        response.setHeader('content-type', 'text/plain; version=0.0.4').end(text);
      });
      t.after(server.close);
      const renew = async () => void (text = await (await fetch(url)).text());
      await renew();
      return { renew, target: { job, ports: [Number(new URL(server.url).port)] } };
    }),
  );
  const dataDir = makeScratchFolder('copies');
  const server = await startPrometheus({
    dataDir,
    port: await findFreePort(),
    searchPath: `${dirname(program)}${delimiter}${process.env.PATH}`,
    targets: copies.map(({ target }) => target),
    scrapeIntervalMs: 1000,
    evaluationIntervalMs: 1000,
    ruleFiles: [RULES],
  });
  t.after(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    prometheus: createPrometheusApi(server.url),
    renew: async () => void (await Promise.all(copies.map((copy) => copy.renew()))),
  };
}

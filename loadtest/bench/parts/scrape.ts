import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../lib/median.ts';
import { createMixedWorkflow, mixedInput } from '../../lib/mixed-workflow.ts';
import { quantileOf } from '../../lib/quantile.ts';
import { startOtlpDrain } from '../measure/otlp-drain.ts';
import type { BenchPart } from '../part.ts';
import { type BenchSystem, startBenchSystem } from '../system.ts';

const WORKFLOWS = 50;
const RUNS_OF_EACH = 4;
const STEPS = 10;
/** Per process and round. */
const SCRAPES = 50;
const EVERY_MS = 50;

/** Measures `/metrics` of an API and a worker after runs of 50 workflows with all kinds of steps. */
export const scrape: BenchPart = {
  name: 'scrape',
  async run(context) {
    const drain = await startOtlpDrain();
    context.onEnd(drain.close);
    // Exemplars need traces.
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: drain.endpoint };
    const system = await startBenchSystem(context, { env });
    await runAll(system);
    const pages = [];
    for (const { name, metricsUrl } of [...system.apis, ...system.workers]) {
      const rounds = [];
      for (let round = 0; round < context.rounds; round++)
        rounds.push(await scrapeOften(metricsUrl));
      const series = rounds.at(-1)?.series ?? Number.NaN;
      pages.push({ name, series, p95s: rounds.map(({ ms }) => quantileOf(ms, 0.95)) });
    }
    return {
      tables: [
        {
          title: `/metrics after runs of ${WORKFLOWS} workflows`,
          rows: [
            ['', 'series', 'P95 ms'],
            ...pages.map(({ name, series, p95s }) => [name, series, p95s]),
          ],
        },
      ],
      measured: {
        // The median of P95s: other load on the machine spoils at most one round.
        scrapeMs: Math.max(...pages.map(({ p95s }) => median(p95s))),
        scrapeSeries: Math.max(...pages.map(({ series }) => series)),
      },
      method: `${context.rounds} rounds of ${SCRAPES} scrapes of OpenMetrics, ${EVERY_MS} ms apart`,
    };
  },
};

async function runAll({ api, simulator }: BenchSystem): Promise<void> {
  for (let seed = 1; seed <= WORKFLOWS; seed++) {
    const name = `workflow-${seed}`;
    await api.createWorkflow(createMixedWorkflow({ name, seed, steps: STEPS }).definition);
    const input = mixedInput(simulator.url);
    for (let run = 0; run < RUNS_OF_EACH; run++) await api.submitRun(name, input);
  }
  while ((await api.listOpenRuns({ limit: 1 })).length > 0) {
    for (const { id } of await api.listPendingApprovals()) await api.decide(id, 'approved');
    await sleep(EVERY_MS);
  }
}

async function scrapeOften(url: string): Promise<{ ms: number[]; series: number }> {
  const headers = { accept: 'application/openmetrics-text' };
  const ms: number[] = [];
  let page = '';
  for (let nth = 0; nth < SCRAPES; nth++) {
    await sleep(EVERY_MS);
    const startedAt = performance.now();
    page = await (await fetch(url, { headers })).text();
    ms.push(performance.now() - startedAt);
  }
  return { ms, series: page.match(/^[^#\n]/gm)?.length ?? 0 };
}

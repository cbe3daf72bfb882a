import { setTimeout as sleep } from 'node:timers/promises';
import { createMixedWorkflow, mixedInput } from '../../lib/mixed-workflow.ts';
import { startOtlpDrain } from '../measure/otlp-drain.ts';
import { median } from '../../lib/median.ts';
import { quantileOf } from '../../lib/quantile.ts';
import type { BenchContext } from '../part.ts';
import { type BenchSystem, startBenchSystem } from '../parts/bench-system.ts';
import type { Table } from '../report.ts';
import { formatFigure, formatSpread } from '../report.ts';

export const WORKFLOWS = 50;
const RUNS_OF_EACH = 4;
const STEPS = 10;
/** Of each process, in each round. */
const SCRAPES = 100;
const EVERY_MS = 50;

export interface ScrapeCost {
  process: string;
  url: string;
  series: number;
  kilobytes: number;
  /** Milliseconds of each scrape as the scraper sees them, by round. */
  ms: number[][];
}

/** `/metrics` of an API and a worker through which runs of 50 workflows of all kinds of step have gone. */
export async function measureScrapes(context: BenchContext): Promise<ScrapeCost[]> {
  const drain = await startOtlpDrain();
  context.onEnd(drain.close);
  // Traced in full, so that there are exemplars too.
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: drain.endpoint };
  const system = await startBenchSystem(context, { name: 'scraped', workers: 1, env });
  await runAll(system);
  const costs = [
    { process: 'API', url: system.metricsUrl },
    { process: 'worker', url: system.workers[0]?.metricsUrl as string },
  ].map((scraped): ScrapeCost => ({ ...scraped, series: 0, kilobytes: 0, ms: [] }));
  for (let round = 0; round < context.rounds; round++) {
    for (const cost of costs) await scrapeOften(cost);
  }
  return costs;
}

/** Median of the rounds' quantiles: what else the machine does for a second is in one of them. */
export function scrapeMs({ ms }: ScrapeCost, share: number): number {
  return median(ms.map((round) => quantileOf(round, share)));
}

export function scrapeTable(costs: readonly ScrapeCost[]): Table {
  const rows = costs.map((cost) => [
    cost.process,
    String(cost.series),
    formatFigure(cost.kilobytes),
    ...[0.5, 0.95].map((share) =>
      formatSpread(
        cost.ms.map((round) => quantileOf(round, share)),
        scrapeMs(cost, share),
      ),
    ),
  ]);
  return {
    title: `/metrics after runs of ${WORKFLOWS} workflows`,
    rows: [['', 'series', 'kB', 'P50 ms', 'P95 ms'], ...rows],
  };
}

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

async function scrapeOften(cost: ScrapeCost): Promise<void> {
  const ms: number[] = [];
  let page = '';
  for (let scrape = 0; scrape < SCRAPES; scrape++) {
    await sleep(EVERY_MS);
    const startedAt = performance.now();
    page = await (
      await fetch(cost.url, { headers: { accept: 'application/openmetrics-text' } })
    ).text();
    ms.push(performance.now() - startedAt);
  }
  cost.ms.push(ms);
  cost.series = page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  cost.kilobytes = Buffer.byteLength(page) / 1000;
}

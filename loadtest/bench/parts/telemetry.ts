import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../lib/median.ts';
import { chain } from '../../lib/shapes.ts';
import { createAio } from '../contenders/aio.ts';
import type { Contender } from '../contenders/contender.ts';
import { startOtlpDrain } from '../measure/otlp-drain.ts';
import { readCpuMs } from '../measure/process-cpu.ts';
import { readMetric } from '../measure/read-metric.ts';
import type { BenchPart } from '../part.ts';
import { formatFigure, formatSpread } from '../report.ts';
import { type BenchSystem, startBenchSystem } from './bench-system.ts';

const SHAPE = { name: 'chain-50', shape: chain(50) };
const SAMPLED = 0.1;
/** Small requests: each is sampled or not with all of its runs, and the share is to come out even. */
const SUBMISSION = { runsPerRequest: 5, atOnce: 8 };
const ROUND_MS = 2000;
/** Longer than spans wait for their batch to fill. */
const EXPORT_MS = 1500;

interface Variant {
  name: string;
  env: Readonly<Record<string, string>>;
  /** Only with metrics can a process tell of its spans. */
  countsSpans: boolean;
}

interface Round {
  /** Microseconds of the worker's CPU a step. */
  cpu: number;
  spansPerStep: number;
}

/** What metrics and traces cost the worker: CPU a step beside the same without. */
export const telemetry: BenchPart = {
  name: 'telemetry',
  async run(context) {
    const drain = await startOtlpDrain();
    context.onEnd(drain.close);
    const variants = listVariants(drain.endpoint);
    const systems: BenchSystem[] = [];
    for (const { name, env } of variants) {
      systems.push(await startBenchSystem(context, { name, workers: 1, env }));
    }
    const contenders = systems.map((system) =>
      createAio(system, { name: 'AIO', submission: SUBMISSION }),
    );
    const runs = await findRuns(contenders);
    const figures = new Map<string, Round[]>(variants.map(({ name }) => [name, []]));
    for (let round = 0; round < context.rounds; round++) {
      const order = variants.map((_, index) => (index + round) % variants.length);
      for (const index of order) {
        const [variant, system] = [variants[index] as Variant, systems[index] as BenchSystem];
        const result = await measure(variant, system, contenders[index] as Contender, runs);
        figures.get(variant.name)?.push(result);
        context.say(`${variant.name}: ${formatFigure(result.cpu)} µs a step`);
      }
    }
    const dropped = await sumDropped(variants, systems);
    const { costs, spansPerStep } = compare(figures);
    const rows = variants.map(({ name }) => {
      const rounds = figures.get(name) ?? [];
      const cpus = rounds.map(({ cpu }) => cpu);
      const spans = median(rounds.map((one) => one.spansPerStep));
      return [name, formatSpread(cpus, median(cpus)), formatFigure(spans)];
    });
    return {
      tables: [
        {
          title: `CPU of the worker, ${SHAPE.name}, by what it tells`,
          rows: [['', 'µs a step', 'spans a step'], ...rows],
        },
      ],
      measured: { ...costs, spansPerStep, spansDropped: dropped },
      settings: {
        'telemetry: method': `four systems in turn, ${context.rounds} rounds of ${runs} runs; median of the differences within a round; traces go to a collector that accepts them and does nothing; their cost is what they take beside metrics alone; spans as the worker counts those that were accepted`,
      },
      figures: { ...Object.fromEntries(figures), dropped },
    };
  },
};

function listVariants(endpoint: string): Variant[] {
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const sampled = {
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(SAMPLED),
  };
  return [
    { name: 'nothing', env: { METRICS_ENABLED: 'false' }, countsSpans: false },
    { name: 'metrics', env: {}, countsSpans: true },
    { name: 'traces-10-percent', env: { ...traced, ...sampled }, countsSpans: true },
    { name: 'traces-full', env: traced, countsSpans: true },
  ];
}

/** Warms up; @returns runs that take about `ROUND_MS` */
async function findRuns(contenders: readonly Contender[]): Promise<number> {
  let runs = 100;
  for (let turn = 0; turn < 3; turn++) {
    const times = [];
    for (const contender of contenders) times.push(await contender.work(SHAPE, runs));
    runs = Math.round((runs / median(times)) * ROUND_MS);
  }
  return runs;
}

async function measure(
  variant: Variant,
  system: BenchSystem,
  contender: Contender,
  runs: number,
): Promise<Round> {
  const countSpans = async () =>
    variant.countsSpans
      ? readMetric(system.workers[0]?.metricsUrl ?? '', 'aio_telemetry_spans_exported_total')
      : 0;
  const steps = runs * SHAPE.shape.length;
  const spansBefore = await countSpans();
  const cpuBefore = readCpuMs(system.workerPids());
  await contender.work(SHAPE, runs);
  await sleep(EXPORT_MS);
  const cpuMs = readCpuMs(system.workerPids()) - cpuBefore;
  return {
    cpu: (cpuMs * 1000) / steps,
    spansPerStep: ((await countSpans()) - spansBefore) / steps,
  };
}

async function sumDropped(
  variants: readonly Variant[],
  systems: readonly BenchSystem[],
): Promise<number> {
  let sum = 0;
  for (const [index, { countsSpans }] of variants.entries()) {
    const { workers, metricsUrl } = systems[index] as BenchSystem;
    for (const url of countsSpans ? [workers[0]?.metricsUrl ?? '', metricsUrl] : [])
      sum += await readMetric(url, 'aio_telemetry_spans_dropped_total');
  }
  return sum;
}

function compare(figures: ReadonlyMap<string, readonly Round[]>) {
  const roundsOf = (name: string) => figures.get(name) ?? [];
  const difference = (name: string, other: string) =>
    median(roundsOf(name).map(({ cpu }, round) => cpu - (roundsOf(other)[round]?.cpu ?? 0)));
  const spansPerStep = median(roundsOf('traces-full').map((one) => one.spansPerStep));
  const costs = {
    metricsCpu: difference('metrics', 'nothing'),
    sampledCpu: difference('traces-10-percent', 'metrics'),
    spanCpu: difference('traces-full', 'metrics') / spansPerStep,
  };
  return { costs, spansPerStep };
}

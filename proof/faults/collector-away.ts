import type { Bed } from '../bed/bed.ts';
import type { Checks } from '../drills/kit/checks.ts';
import {
  type Collector,
  startCollector,
  type Comparison,
  compareSlices,
  measureSlice,
} from '../bed/slices.ts';
import type { Drill } from '../drills/kit/drill.ts';
import { sumMetric } from '@aio/tools/system/read-metric';
import { exceeds, type RateLoss } from '../bed/rates.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

const LOSS_LIMIT = 0.02;
const MEMORY_LIMIT_MB = 50;
const FLUSH_LIMIT_MS = 3000;
/** Time that a process needs to exit, on top of the flush. */
const EXIT_SLACK_MS = 500;
const ROUNDS = { short: [4, 6], full: [12, 60] } as const;
/** In full, a slice takes about a second. In a shorter one, start and end weigh too much. */
const RUNS = { short: 150, full: 1_000 } as const;
const WARM_UP_SLICES = 3;
const CHAIN = 20;
/** Longer than the exporter waits for a batch. */
const COUNTED_WITHIN_MS = 20_000;

export const collectorAway: Drill = {
  name: 'collector-away',
  what: 'the trace collector refuses connections, answers slowly (2 s), or does not answer',
  limits:
    'throughput within 2 % (95 % confidence over all of them), memory growth <= 50 MB, flush at shutdown <= 3 s, lost spans counted',
  alone: true,
  async run({ checks, full, startBed, defer, progress }) {
    const collector = await startCollector();
    defer(() => collector.close());
    const env = { TELEMETRY_ENABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const bed = await startBed({ audit: false, env });
    const workflow = await createChain(bed);
    progress('warms up');
    for (let index = 0; index < WARM_UP_SLICES; index++)
      await measureSlice(bed, workflow, RUNS.short);
    const { comparisons, memoryMb } = await compareSlices(
      async (mode) => {
        await collector.set(mode);
        return measureSlice(bed, workflow, full ? RUNS.full : RUNS.short);
      },
      ROUNDS[full ? 'full' : 'short'],
      progress,
    );
    for (const comparison of comparisons) judgeLoss(checks, comparison, full);
    checks.atMost(
      'memory growth',
      Math.max(0, memoryMb.away - memoryMb.well),
      MEMORY_LIMIT_MB,
      'MB',
    );
    progress('loses spans');
    await countLosses(bed, workflow, collector, checks);
    progress('shuts down');
    const flushMs = await measureFlush(bed, workflow, collector);
    checks.atMost('flush', flushMs / 1000, (FLUSH_LIMIT_MS + EXIT_SLACK_MS) / 1000, 's');
    checks.rows(await bed.judge());
  },
};

function createChain(bed: Bed): Promise<string> {
  const work = { type: 'transform', with: { value: 1 } } as const;
  const steps = Array.from({ length: CHAIN }, (_, index) => [
    `s${index}`,
    { ...work, ...(index > 0 && { needs: [`s${index - 1}`] }) },
  ]);
  return bed.createWorkflow('chain', Object.fromEntries(steps));
}

/** Under full load, CPU limits throughput. If other programs run meanwhile, the CPU figure is the clearer one. */
function judgeLoss(checks: Checks, { mode, time, cpu }: Comparison, full: boolean): void {
  const show = ({ loss, margin }: RateLoss) =>
    `${(loss * 100).toFixed(1)} ± ${(margin * 100).toFixed(1)} %`;
  const figure = `${mode}: slower by ${show(time)}, CPU + ${show(cpu)}`;
  checks.note(figure);
  for (const loss of [time, cpu])
    checks.that(!exceeds(loss, LOSS_LIMIT, false), `${figure}, limit 2 %`);
  checks.that(
    !full || [time, cpu].some((loss) => !exceeds(loss, LOSS_LIMIT, true)),
    `${figure}: this machine is too noisy to measure 2 %`,
  );
}

/** Leaves out the slow collector: it loses nothing while the queue has room. */
async function countLosses(
  bed: Bed,
  workflow: string,
  collector: Collector,
  checks: Checks,
): Promise<void> {
  const { workers } = bed.system;
  const readDropped = () => sumMetric(workers, 'aio_telemetry_spans_dropped_total');
  for (const mode of ['refused', 'silent'] as const) {
    await collector.set(mode);
    const before = await readDropped();
    await measureSlice(bed, workflow, RUNS.short);
    const lost = await waitUntil(
      'the workers count the lost spans',
      COUNTED_WITHIN_MS,
      async () => {
        return (await readDropped()) - before;
      },
    ).catch(() => 0);
    checks.note(`${lost} spans counted as lost while ${mode}`);
    checks.that(lost > 0, `the workers counted no lost spans while the collector was ${mode}`);
  }
}

/** How much longer a worker with spans to deliver takes to exit when the collector is silent, in ms. */
async function measureFlush(bed: Bed, workflow: string, collector: Collector): Promise<number> {
  const exits: number[] = [];
  for (const [index, mode] of (['well', 'silent'] as const).entries()) {
    await collector.set(mode);
    await measureSlice(bed, workflow, RUNS.short);
    const startedAt = performance.now();
    await bed.system.workers[index]?.signal('SIGTERM');
    exits.push(performance.now() - startedAt);
  }
  const [well = Number.NaN, silent = Number.NaN] = exits;
  return Math.max(0, silent - well);
}

import { DAY_MS, widthOf } from '@aio/platform/partitions/add-partitions';
import { fill, STEPS_PER_RUN } from '../growth/fill.ts';
import { compare, type Comparison, measureOperations } from '../growth/measure.ts';
import { retainUnderLoad } from '../growth/under-load.ts';
import type { BenchPart, Cell } from '../part.ts';
import { formatFigure } from '../report.ts';
import { startBenchSystem } from '../system.ts';

const LARGE = 1_000_000;
/** With fewer runs, PostgreSQL reads the whole newest partition instead of an index. */
const SMALL = 100_000;
/** Both databases hold runs of this many days. */
const DAYS = 90;
const KEPT_DAYS = 60;
const TIMES = { days: DAYS, widthMs: widthOf(KEPT_DAYS * DAY_MS) };

/** Measures the pages that statements read with a million runs stored, and requests while retention drops old runs. */
export const growth: BenchPart = {
  name: 'growth',
  async run(context) {
    const scale = context.short ? 100 : 1;
    const [few, runs] = [SMALL / scale, LARGE / scale];
    const small = await context.createDatabase('small', { migrated: true });
    await fill(small, { ...TIMES, runs: few }, context.say);
    const before = await measureOperations(small, context.rounds);

    const system = await startBenchSystem(context, {
      name: 'large',
      env: { RETENTION_RUNS: `${KEPT_DAYS}d` },
    });
    await system.setWorkers(0);
    await fill(system.databaseUrl, { ...TIMES, runs }, context.say);
    const after = await measureOperations(system.databaseUrl, context.rounds);
    const comparisons = compare(before, after);

    const keepMs = KEPT_DAYS * DAY_MS;
    const start = () => system.setWorkers(1);
    const retained = await retainUnderLoad(system, { db: system.db, keepMs, start });
    for (const failure of retained.failures.slice(0, 5)) context.say(failure);
    return {
      tables: [
        {
          title: `Pages and times with ${text(runs)} runs and ${text(runs * STEPS_PER_RUN)} steps, against ${text(few)} runs`,
          rows: [
            ['', 'pages', 'of few', 'inner', 'of few', 'all', 'the rest', 'ms', 'of few', 'plans'],
            ...comparisons.map(row),
          ],
        },
        {
          title: `Dropping runs older than ${KEPT_DAYS} days under load`,
          rows: [
            ['sets dropped', 'requests', 'failed', 'P99 ms', 'longest ms'],
            [
              String(retained.dropped),
              String(retained.requests),
              String(retained.failures.length),
              retained.p99Ms,
              retained.longestMs,
            ],
          ],
        },
      ],
      measured: {
        growthBuffers: Math.max(
          1,
          ...comparisons.filter(looksAtMore).map((one) => one.ratioOfRows),
        ),
        growthPlans: comparisons.reduce((sum, { changedPlans }) => sum + changedPlans.length, 0),
        retentionFailures: retained.failures.length,
      },
      method: `EXPLAIN (ANALYZE, BUFFERS) of each statement of an operation, median of ${context.rounds}; runs of ${DAYS} days, in partitions of ${widthOf(keepMs) / DAY_MS}`,
    };
  },
};

/** Where a run's rows happen to lie decides about one page per statement. */
function looksAtMore({ small, large }: Comparison): boolean {
  const byChance = large.plans.size * large.runs;
  return large.buffers - large.inner > small.buffers - small.inner + byChance;
}

function row({ operation, small, large, ratio, ratioOfRows, changedPlans }: Comparison): Cell[] {
  return [
    operation,
    String(large.buffers),
    String(small.buffers),
    String(large.inner),
    String(small.inner),
    `${formatFigure(ratio)}x`,
    `${formatFigure(ratioOfRows)}x`,
    large.ms,
    small.ms,
    changedPlans.length === 0 ? 'same' : changedPlans.join(', '),
  ];
}

const text = (count: number) => count.toLocaleString('en');

import type { LoadResult } from './result.ts';

/** One figure now and in the result before. */
export interface Change {
  name: string;
  unit: 'ms' | 'perSecond' | 'share';
  before: number;
  now: number;
  /** `same` also where the difference is within what two runs of the same differ by. */
  verdict: 'better' | 'worse' | 'same';
}

export interface Comparison {
  testid: string;
  startedAt: string;
  /** What was asked for otherwise, so that figures differ for that reason, e.g. `rate 10, now 20`. */
  differences: string[];
  changes: Change[];
}

interface Figure {
  name: string;
  unit: Change['unit'];
  /** Whether more of it is good. */
  more: 'good' | 'bad';
  read: (result: LoadResult) => number | undefined;
}

/** Less than this is noise, whatever its share: milliseconds, or events a second, or a share. */
const NOISE = { ms: 5, perSecond: 0.5, share: 0.0005 };
const NOISE_SHARE = 0.15;

const FIGURES: readonly Figure[] = [
  { name: 'Requests P95', unit: 'ms', more: 'bad', read: ({ requests }) => requests.time?.p95 },
  { name: 'Requests P99', unit: 'ms', more: 'bad', read: ({ requests }) => requests.time?.p99 },
  { name: 'Failed requests', unit: 'share', more: 'bad', read: ({ requests }) => requests.failed },
  { name: 'Runs P50', unit: 'ms', more: 'bad', read: ({ runs }) => runs.seen?.p50 },
  { name: 'Runs P95', unit: 'ms', more: 'bad', read: ({ runs }) => runs.seen?.p95 },
  { name: 'Queue time P99', unit: 'ms', more: 'bad', read: ({ runs }) => runs.queueTime?.p99 },
  { name: 'End heard P99', unit: 'ms', more: 'bad', read: ({ runs }) => runs.eventDelay?.p99 },
  { name: 'Runs ended', unit: 'perSecond', more: 'good', read: ({ runs }) => runs.perSecond },
  { name: 'Steps', unit: 'perSecond', more: 'good', read: ({ runs }) => runs.stepsPerSecond },
  { name: 'Knee', unit: 'perSecond', more: 'good', read: ({ knee }) => knee?.rate ?? undefined },
];

/** The figures that both results have. */
export function compare(now: LoadResult, before: LoadResult): Comparison {
  return {
    testid: before.testid,
    startedAt: before.startedAt,
    differences: findDifferences(now, before),
    // What is measured at two knees was not measured at the same rate.
    changes: FIGURES.filter(({ name }) => now.knee === null || name === 'Knee').flatMap(
      (figure) => {
        const [then, today] = [figure.read(before), figure.read(now)];
        if (then === undefined || today === undefined) return [];
        const { name, unit } = figure;
        return [{ name, unit, before: then, now: today, verdict: judge(figure, then, today) }];
      },
    ),
  };
}

function judge({ unit, more }: Figure, before: number, now: number): Change['verdict'] {
  const difference = now - before;
  if (Math.abs(difference) <= Math.max(NOISE[unit], NOISE_SHARE * before)) return 'same';
  return difference > 0 === (more === 'good') ? 'better' : 'worse';
}

function findDifferences(now: LoadResult, before: LoadResult): string[] {
  const keys = ['rate', 'seconds', 'listeners', 'traced'] as const;
  const asked = keys.map((key) => [key, before.asked[key], now.asked[key]] as const);
  const { conditions: here } = now;
  const { conditions: there } = before;
  return [
    ...asked,
    ['processor', there.cpu, here.cpu] as const,
    ['target', there.target, here.target] as const,
  ]
    .filter(([, then, today]) => then !== today)
    .map(([name, then, today]) => `${name} ${then}, now ${today}`);
}

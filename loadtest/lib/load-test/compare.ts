import type { LoadResult } from './result.ts';

/** One figure in this result and in the earlier one. */
export interface Change {
  name: string;
  unit: 'ms' | 'perSecond' | 'share';
  before: number;
  now: number;
  /** `same` includes differences within the noise. */
  verdict: 'better' | 'worse' | 'same';
}

export interface Comparison {
  testid: string;
  startedAt: string;
  /** Different options or conditions that may explain changes, e.g. `rate 10, now 20`. */
  differences: string[];
  changes: Change[];
}

interface Figure {
  name: string;
  unit: Change['unit'];
  /** Whether a higher value is better. */
  more: 'good' | 'bad';
  read: (result: LoadResult) => number | undefined;
}

/** Absolute differences up to this are noise. */
const NOISE = { ms: 5, perSecond: 0.5, share: 0.0005 };
/** So are differences up to 15 % of the earlier value. */
const NOISE_SHARE = 0.15;

const FIGURES: readonly Figure[] = [
  { name: 'Requests P95', unit: 'ms', more: 'bad', read: ({ requests }) => requests.time?.p95 },
  { name: 'Requests P99', unit: 'ms', more: 'bad', read: ({ requests }) => requests.time?.p99 },
  { name: 'Failed requests', unit: 'share', more: 'bad', read: ({ requests }) => requests.failed },
  { name: 'Runs P50', unit: 'ms', more: 'bad', read: ({ runs }) => runs.seen?.p50 },
  { name: 'Runs P95', unit: 'ms', more: 'bad', read: ({ runs }) => runs.seen?.p95 },
  { name: 'Queue time P99', unit: 'ms', more: 'bad', read: ({ runs }) => runs.queueTime?.p99 },
  {
    name: 'Run end received P99',
    unit: 'ms',
    more: 'bad',
    read: ({ runs }) => runs.eventDelay?.p99,
  },
  { name: 'Runs ended', unit: 'perSecond', more: 'good', read: ({ runs }) => runs.perSecond },
  { name: 'Steps', unit: 'perSecond', more: 'good', read: ({ runs }) => runs.stepsPerSecond },
  { name: 'Knee', unit: 'perSecond', more: 'good', read: ({ knee }) => knee?.rate ?? undefined },
];

/** Compares the figures that both results have. */
export function compare(now: LoadResult, before: LoadResult): Comparison {
  return {
    testid: before.testid,
    startedAt: before.startedAt,
    differences: findDifferences(now, before),
    // Two knees usually lie at different rates, so their other figures are not comparable.
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

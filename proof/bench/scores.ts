import { median } from '../bed/quantile.ts';
import type { Costs } from './meter.ts';
import type { Table } from './part.ts';
import { formatFigure } from './report.ts';

/** Figures of one engine with one shape in one round. */
export interface Sample {
  shape: string;
  engine: string;
  /** Steps per second, or milliseconds of each run. */
  pace: readonly number[];
  /** Per step. */
  costs: Costs;
}

/** Figures by shape and engine, one per round or run. */
export type Scores = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

/** Names of costs in tables. */
const COSTS: Readonly<Record<keyof Costs, string>> = {
  worker: 'worker',
  postgres: 'PostgreSQL',
  redis: 'Redis',
  all: 'all three',
  statements: 'statements',
  commits: 'commits',
  luaCalls: 'Lua calls',
  publishes: 'PUBLISH',
  walBytes: 'WAL bytes',
};
const CPU = ['worker', 'postgres', 'redis', 'all'] as const;
const COUNTS = ['statements', 'commits', 'luaCalls', 'publishes', 'walBytes'] as const;

export function paceOf(samples: readonly Sample[]): Scores {
  return scoresOf(samples, ({ pace }) => pace);
}

/** One figure per step and round. */
export function costOf(samples: readonly Sample[], cost: keyof Costs): Scores {
  return scoresOf(samples, ({ costs }) => [costs[cost]]);
}

function scoresOf(
  samples: readonly Sample[],
  figuresOf: (sample: Sample) => readonly number[],
): Scores {
  const scores: Record<string, Record<string, number[]>> = {};
  for (const sample of samples) {
    const ofShape = (scores[sample.shape] ??= {});
    (ofShape[sample.engine] ??= []).push(...figuresOf(sample));
  }
  return scores;
}

/** A row per shape; the last columns divide the first engine's median by each other's. */
export function scoreTable(title: string, scores: Scores): Table {
  const [first = '', ...others] = Object.keys(Object.values(scores)[0] ?? {});
  const rows = Object.entries(scores).map(([shape, values]) => [
    shape,
    ...Object.values(values),
    ...others.map((other) => `${formatFigure(ratio(scores, shape, [first, other]))}x`),
  ]);
  const head = ['', first, ...others, ...others.map((other) => `${first} : ${other}`)];
  return { title: `${title}: median (minimum–maximum)`, rows: [head, ...rows] };
}

/** CPU time in µs per step: rows for the worker, PostgreSQL, Redis and their sum. */
export function cpuTable(title: string, samples: readonly Sample[]): Table {
  return costTable(`${title}: CPU, µs per step`, samples, CPU);
}

/** What PostgreSQL and Redis did per step. */
export function countTable(title: string, samples: readonly Sample[]): Table {
  return costTable(`${title}: counts per step`, samples, COUNTS);
}

function costTable(
  title: string,
  samples: readonly Sample[],
  costs: readonly (keyof Costs)[],
): Table {
  const shapes = new Set(samples.map(({ shape }) => shape));
  const rows = [...shapes].flatMap((shape) =>
    costs.map((cost) => [`${shape}, ${COSTS[cost]}`, costOf(samples, cost)[shape] ?? {}] as const),
  );
  return scoreTable(title, Object.fromEntries(rows));
}

/** The first engine's median divided by the second's. @throws Error when one has no score */
export function ratio(
  scores: Scores,
  shape: string,
  [first, second]: readonly [string, string],
): number {
  const middle = (name: string) => {
    const values = scores[shape]?.[name];
    if (values === undefined) throw new Error(`no score of ${name} in ${shape}`);
    return median(values);
  };
  return middle(first) / middle(second);
}

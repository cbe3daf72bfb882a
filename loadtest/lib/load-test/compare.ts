import { KNEE, type Unit, unitOf } from './figures.ts';
import type { LoadResult } from './result.ts';

/** Absolute differences up to this are noise. */
const NOISE = { ms: 5, perSecond: 0.5, share: 0.0005 };
/** So are differences up to 15 % of the earlier value. */
const NOISE_SHARE = 0.15;

export interface Change {
  before: number;
  /** `same` includes differences within the noise. */
  verdict: 'better' | 'worse' | 'same';
}

export interface Comparison {
  testid: string;
  startedAt: string;
  /** Different options or conditions that may explain changes, e.g. `rate 10, now 20`. */
  differences: string[];
  /** By name of the figure. */
  changes: Readonly<Record<string, Change>>;
}

/** Compares the figures that both results have. */
export function compare(now: LoadResult, before: LoadResult): Comparison {
  const changes = Object.entries(now.figures).flatMap(([name, value]) => {
    const earlier = before.figures[name];
    // Two knees usually lie at different rates, so their other figures are not comparable.
    if (earlier === undefined || (now.knee !== null && name !== KNEE)) return [];
    return [[name, { before: earlier, verdict: judge(unitOf(name), earlier, value) }] as const];
  });
  return {
    testid: before.testid,
    startedAt: before.startedAt,
    differences: findDifferences(now, before),
    changes: Object.fromEntries(changes),
  };
}

function judge(unit: Unit, before: number, now: number): Change['verdict'] {
  const difference = now - before;
  if (Math.abs(difference) <= Math.max(NOISE[unit], NOISE_SHARE * before)) return 'same';
  return difference > 0 === (unit === 'perSecond') ? 'better' : 'worse';
}

function findDifferences(now: LoadResult, before: LoadResult): string[] {
  const optionsOf = ({ asked, conditions }: LoadResult): Record<string, unknown> => ({
    ...asked,
    processor: conditions.cpu,
    target: conditions.target,
  });
  const [then, today] = [optionsOf(before), optionsOf(now)];
  return Object.keys(today)
    .filter((name) => then[name] !== today[name])
    .map((name) => `${name} ${String(then[name])}, now ${String(today[name])}`);
}

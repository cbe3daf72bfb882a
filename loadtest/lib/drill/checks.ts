import type { DrillResult } from './drill.ts';
import { describeFigure, type Figure, formatValue, seconds, type Unit } from './figure.ts';
import { listFlaws, type Verdict } from './verdict.ts';

/** Collects figures, notes and misses. */
export interface Checks {
  /** Adds a figure; a miss if it exceeds the limit or is NaN. */
  atMost(what: string, value: number, limit: number, unit?: Unit): void;
  atLeast(what: string, value: number, limit: number, unit?: Unit): void;
  /** Adds `what` as a miss unless `holds`. */
  that(holds: boolean, what: string): void;
  /** Adds a remark without a limit. */
  note(text: string): void;
  /** LOST and DUP must be 0, and every end as predicted. STUCK and FX have the given limits. */
  rows(verdict: Verdict, limits?: { stuckMs?: number; fx?: number }): void;
  /** Adds to the number of killed processes. */
  killed(count: number): void;
  result(): DrillResult;
}

export function createChecks(): Checks {
  const figures: Figure[] = [];
  const notes: string[] = [];
  const misses: string[] = [];
  let kills = 0;

  function compare(
    name: string,
    value: number,
    holds: boolean,
    sign: string,
    limit: number,
    unit: Unit,
  ): void {
    const figure = { name, value, unit, limit: `${sign} ${formatValue(limit, unit)}` };
    figures.push(figure);
    if (!holds) misses.push(`${describeFigure(figure)}, limit ${figure.limit}`);
  }

  return {
    // NaN means that the drill could not measure: these comparisons make it a miss.
    atMost: (what, value, limit, unit = 'count') =>
      compare(what, value, value <= limit, '<=', limit, unit),
    atLeast: (what, value, limit, unit = 'count') =>
      compare(what, value, value >= limit, '>=', limit, unit),
    that(holds, what) {
      if (!holds) misses.push(what);
    },
    note: (text) => void notes.push(text),
    rows(verdict, { stuckMs, fx } = {}) {
      const { lost, dup, breaches, mostCalls } = verdict;
      const stuck = stuckOf(verdict);
      const atMost = (limit: number | undefined, unit: Unit) =>
        limit === undefined ? null : `<= ${formatValue(limit, unit)}`;
      figures.push(
        { name: 'LOST', value: lost.length, unit: 'count', limit: '0' },
        { name: 'DUP', value: dup, unit: 'count', limit: '0' },
        {
          name: 'STUCK',
          value: stuck / 1000,
          unit: 's',
          limit: atMost(stuckMs && stuckMs / 1000, 's'),
        },
        { name: 'FX', value: mostCalls, unit: 'count', limit: atMost(fx, 'count') },
      );
      misses.push(...listFlaws(verdict));
      if (dup !== 0 && breaches.length === 0)
        misses.push(`DUP ${dup}: more rows or runs than accepted`);
      if (stuckMs !== undefined && !(stuck <= stuckMs))
        misses.push(`STUCK ${seconds(stuck)}, limit <= ${seconds(stuckMs)}`);
      if (fx !== undefined && !(mostCalls <= fx)) misses.push(`FX ${mostCalls}, limit <= ${fx}`);
    },
    killed: (count) => void (kills += count),
    result: () => ({ figures, notes, misses, kills }),
  };
}

/** A queued run counts, too: its first steps are ready but have no rows yet. */
function stuckOf({ readyStepMs, takeoverMs, queuedRunMs }: Verdict): number {
  return Math.max(readyStepMs, takeoverMs, queuedRunMs);
}

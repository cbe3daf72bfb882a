import type { DrillResult } from './drill.ts';
import { describeFigure, type Figure, formatValue, seconds, type Unit } from './figure.ts';
import { listFlaws, type Verdict } from './verdict.ts';

/** Collects figures and the limits that they miss. */
export interface Checks {
  /** A figure within its limit, or a miss. */
  atMost(what: string, value: number, limit: number, unit?: Unit): void;
  atLeast(what: string, value: number, limit: number, unit?: Unit): void;
  /** A miss unless it holds; `what` says what should have been. */
  that(holds: boolean, what: string): void;
  /** Something to tell, without a limit. */
  note(text: string): void;
  /** LOST and DUP must be 0, ends as foretold; STUCK and FX by the limits that are given. */
  rows(verdict: Verdict, limits?: { stuckMs?: number; fx?: number }): void;
  /** So many more processes were killed. */
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
    // Written so that NaN, a figure that could not be taken, is a miss.
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
        misses.push(`DUP ${dup}: rows or runs beyond those that were accepted`);
      if (stuckMs !== undefined && !(stuck <= stuckMs))
        misses.push(`STUCK ${seconds(stuck)}, limit <= ${seconds(stuckMs)}`);
      if (fx !== undefined && !(mostCalls <= fx)) misses.push(`FX ${mostCalls}, limit <= ${fx}`);
    },
    killed: (count) => void (kills += count),
    result: () => ({ figures, notes, misses, kills }),
  };
}

/** The first steps of a queued run are ready as well, though they have no rows yet. */
function stuckOf({ readyStepMs, takeoverMs, queuedRunMs }: Verdict): number {
  return Math.max(readyStepMs, takeoverMs, queuedRunMs);
}

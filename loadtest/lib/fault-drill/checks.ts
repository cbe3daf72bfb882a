import type { Verdict } from '../kill-drill/verdict.ts';
import { listFlaws, seconds } from '../kill-drill/report.ts';
import type { FaultResult } from './fault.ts';

/** Collects figures and the limits that they miss. */
export interface Checks {
  /** A figure within its limit, or a miss. */
  atMost(what: string, value: number, limit: number, unit?: Unit): void;
  atLeast(what: string, value: number, limit: number, unit?: Unit): void;
  /** A miss unless it holds; `what` says what should have been. */
  that(holds: boolean, what: string): void;
  /** A figure without a limit. */
  note(figure: string): void;
  /** LOST and DUP must be 0, ends as foretold; STUCK and FX by the limits that are given. */
  rows(verdict: Verdict, limits?: { stuckMs?: number; fx?: number }): void;
  result(kills?: number): FaultResult;
}

type Unit = 's' | 'count' | 'share' | 'MB';

export function createChecks(): Checks {
  const figures: string[] = [];
  const misses: string[] = [];
  let judged: Verdict | null = null;

  function compare(what: string, value: number, holds: boolean, limit: string, unit: Unit): void {
    const figure = `${what} ${show(value, unit)}`;
    figures.push(figure);
    if (!holds) misses.push(`${figure}, limit ${limit}`);
  }

  return {
    // Written so that NaN, a figure that could not be taken, is a miss.
    atMost: (what, value, limit, unit = 'count') =>
      compare(what, value, value <= limit, `<= ${show(limit, unit)}`, unit),
    atLeast: (what, value, limit, unit = 'count') =>
      compare(what, value, value >= limit, `>= ${show(limit, unit)}`, unit),
    that(holds, what) {
      if (!holds) misses.push(what);
    },
    note: (figure) => void figures.push(figure),
    rows(verdict, limits = {}) {
      judged = verdict;
      misses.push(...listFlaws(verdict));
      if (verdict.dup !== 0 && verdict.breaches.length === 0)
        misses.push(`DUP ${verdict.dup}: rows or runs beyond those that were accepted`);
      if (limits.stuckMs !== undefined && !(stuckOf(verdict) <= limits.stuckMs))
        misses.push(`STUCK ${seconds(stuckOf(verdict))}, limit <= ${seconds(limits.stuckMs)}`);
      if (limits.fx !== undefined && !(verdict.mostCalls <= limits.fx))
        misses.push(`FX ${verdict.mostCalls}, limit <= ${limits.fx}`);
    },
    result: (kills = 0) => ({
      lost: judged ? judged.lost.length : null,
      dup: judged ? judged.dup : null,
      stuckMs: judged ? stuckOf(judged) : null,
      fx: judged ? judged.mostCalls : null,
      figures,
      misses,
      kills,
    }),
  };
}

/** The first steps of a queued run are ready as well, though they have no rows yet. */
function stuckOf({ readyStepMs, takeoverMs, queuedRunMs }: Verdict): number {
  return Math.max(readyStepMs, takeoverMs, queuedRunMs);
}

function show(value: number, unit: Unit): string {
  switch (unit) {
    case 's':
      return seconds(value * 1000);
    case 'share':
      return `${(value * 100).toFixed(1)} %`;
    case 'MB':
      return `${Math.round(value)} MB`;
    case 'count':
      return String(value);
  }
}

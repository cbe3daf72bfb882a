import { listFlaws, type Verdict } from '../../oracles/verdict.ts';

/** A measured value and its limit. */
export interface Figure {
  name: string;
  /** In the unit; NaN = the drill could not measure it. */
  value: number;
  unit: Unit;
  /** E.g. `<= 20.0 s`; null = no limit. */
  limit: string | null;
}

type Unit = 's' | 'ms' | 'count' | 'share' | 'MB';

export interface DrillResult {
  figures: Figure[];
  /** Remarks without a limit, e.g. `120 runs`. */
  notes: string[];
  /** Missed limits; empty = the drill passed. */
  misses: string[];
  /** Processes that the drill killed with SIGKILL or SIGQUIT. */
  kills: number;
}

export type Checks = ReturnType<typeof createChecks>;

/** Collects figures, notes and misses. */
export function createChecks() {
  const figures: Figure[] = [];
  const notes: string[] = [];
  const misses: string[] = [];
  let kills = 0;

  function add(
    name: string,
    value: number,
    unit: Unit,
    sign: '<=' | '>=',
    limit: number | undefined,
  ): void {
    const shown = limit === undefined ? null : `${sign} ${formatValue(limit, unit)}`;
    const figure = { name, value, unit, limit: shown };
    figures.push(figure);
    if (limit === undefined) return;
    // NaN means that the drill could not measure: these comparisons make it a miss.
    const holds = sign === '<=' ? value <= limit : value >= limit;
    if (!holds) misses.push(`${describeFigure(figure)}, limit ${shown}`);
  }

  return {
    /** Adds a figure; a miss if it exceeds the limit or is NaN. */
    atMost(what: string, value: number, limit: number, unit: Unit = 'count'): void {
      add(what, value, unit, '<=', limit);
    },
    atLeast(what: string, value: number, limit: number, unit: Unit = 'count'): void {
      add(what, value, unit, '>=', limit);
    },
    /** Adds `what` as a miss unless `holds`. */
    that(holds: boolean, what: string): void {
      if (!holds) misses.push(what);
    },
    /** Adds a remark without a limit. */
    note: (text: string): void => void notes.push(text),
    /** LOST and DUP must be 0, and every end as predicted. STUCK and FX have the given limits. */
    rows(verdict: Verdict, { stuckMs, fx }: { stuckMs?: number; fx?: number } = {}): void {
      const { lost, dup, breaches, mostCalls } = verdict;
      figures.push(
        { name: 'LOST', value: lost.length, unit: 'count', limit: '0' },
        { name: 'DUP', value: dup, unit: 'count', limit: '0' },
      );
      misses.push(...listFlaws(verdict));
      if (dup !== 0 && breaches.length === 0)
        misses.push(`DUP ${dup}: more rows or runs than accepted`);
      add('STUCK', stuckOf(verdict) / 1000, 's', '<=', stuckMs && stuckMs / 1000);
      add('FX', mostCalls, 'count', '<=', fx);
    },
    /** Adds to the number of killed processes. The bed counts the workers that it killed. */
    killed: (count: number): void => void (kills += count),
    result: (): DrillResult => ({ figures, notes, misses, kills }),
  };
}

/** A queued run counts, too: its first steps are ready but have no rows yet. */
function stuckOf({ readyStepMs, takeoverMs, queuedRunMs }: Verdict): number {
  return Math.max(readyStepMs, takeoverMs, queuedRunMs);
}

/** E.g. `work after 0.8 s`. */
export function describeFigure({ name, value, unit }: Figure): string {
  return `${name} ${formatValue(value, unit)}`;
}

export function formatValue(value: number, unit: Unit): string {
  switch (unit) {
    case 's':
      return seconds(value * 1000);
    case 'ms':
      return `${Math.round(value)} ms`;
    case 'share':
      return `${(value * 100).toFixed(1)} %`;
    case 'MB':
      return `${Math.round(value)} MB`;
    case 'count':
      return String(value);
  }
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

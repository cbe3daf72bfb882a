import type { Checks } from '../drill/checks.ts';
import type { Samples, Series } from './samples.ts';
import { fitSlope } from './slope.ts';

const MEMORY_LIMIT_MB_PER_HOUR = 1;
/** A pool breathes; what leaks goes on. */
const CONNECTIONS_LIMIT_PER_HOUR = 1;
/** In which the course of the memory is told: what leaks goes on to the last, what fills up does not. */
const PARTS = 6;

/**
 * Growth after the warm-up, extrapolated to an hour. What may be within the limit as far as can be
 * told is no miss, but said: a longer soak tells.
 */
export function judgeGrowth(
  samples: Omit<Samples, 'stop'>,
  warmUpHours: number,
  checks: Checks,
): void {
  const judge = (name: string, series: Series, unit: string, limit: number) => {
    const { slope, margin } = fitSlope(series.filter(([hours]) => hours >= warmUpHours));
    const last = series.at(-1)?.[1] ?? Number.NaN;
    const figure = `${name} ${last.toFixed(0)}${unit}, growing by ${slope.toFixed(2)} ± ${margin.toFixed(2)}${unit} an hour`;
    const certain = slope + margin <= limit;
    checks.note(certain ? figure : `${figure} (too short to be certain)`);
    checks.that(slope - margin <= limit, `${figure}, limit ${limit}${unit}`);
  };
  for (const [name, series] of samples.memory) judge(name, series, ' MB', MEMORY_LIMIT_MB_PER_HOUR);
  for (const [name, series] of samples.connections)
    judge(`${name} connections`, series, '', CONNECTIONS_LIMIT_PER_HOUR);
  for (const [name, series] of samples.memory) {
    const heap = samples.heap.get(name) ?? [];
    checks.note(
      `${name} in ${PARTS} parts of the time: ${courseOf(series)} MB, of which the heap at least ${courseOf(heap)} MB`,
    );
  }
}

/** The least of each part: most garbage was just collected then. */
function courseOf(series: Series): string {
  const size = Math.ceil(series.length / PARTS) || 1;
  const parts = Array.from({ length: Math.ceil(series.length / size) }, (_, index) =>
    series.slice(index * size, (index + 1) * size).map(([, value]) => value),
  );
  return parts.map((values) => Math.min(...values).toFixed(0)).join(', ');
}

import type { Checks } from '../drill/checks.ts';
import type { Samples, Series } from './samples.ts';
import { fitSlope } from './slope.ts';

const MEMORY_LIMIT_MB_PER_HOUR = 1;
/** The size of a pool varies, but only a leak keeps growing. */
const CONNECTIONS_LIMIT_PER_HOUR = 1;
/** The notes show memory in this many parts: a leak grows to the last part, a cache does not. */
const PARTS = 6;

/**
 * Judges growth per hour after the warm-up. A miss needs certainty; if the growth only may exceed the limit,
 * a note asks for a longer soak.
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
    checks.note(certain ? figure : `${figure} (uncertain: run a longer soak)`);
    checks.that(slope - margin <= limit, `${figure}, limit ${limit}${unit}`);
  };
  for (const [name, series] of samples.memory) judge(name, series, ' MB', MEMORY_LIMIT_MB_PER_HOUR);
  for (const [name, series] of samples.connections)
    judge(`${name} connections`, series, '', CONNECTIONS_LIMIT_PER_HOUR);
  for (const [name, series] of samples.memory) {
    const heap = samples.heap.get(name) ?? [];
    checks.note(
      `${name} over ${PARTS} equal periods: ${courseOf(series)} MB, heap ${courseOf(heap)} MB`,
    );
  }
}

/** The minimum of each part, in which a process had the least garbage. */
function courseOf(series: Series): string {
  const size = Math.ceil(series.length / PARTS) || 1;
  const parts = Array.from({ length: Math.ceil(series.length / size) }, (_, index) =>
    series.slice(index * size, (index + 1) * size).map(([, value]) => value),
  );
  return parts.map((values) => Math.min(...values).toFixed(0)).join(', ');
}

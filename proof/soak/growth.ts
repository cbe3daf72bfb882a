import type { Checks } from '../drills/kit/checks.ts';
import type { Samples, Series } from './samples.ts';

const HEAP_LIMIT_MB_PER_HOUR = 1;
/** The size of a pool varies, but only a leak keeps growing. */
const CONNECTIONS_LIMIT_PER_HOUR = 1;
/**
 * Resident memory rises to the highest need so far and stays there, because V8 and malloc keep freed pages. So what
 * counts is that it levels off. Between the halves of an hour it rose by up to 3 %, while V8's objects and malloc's bytes
 * in use stayed the same.
 */
const RESIDENT_LIMIT = 0.05;
/** The notes show memory in this many parts: a leak grows to the last part, a cache does not. */
const PARTS = 6;
const BINS = 24;

/**
 * Judges growth after the warm-up: of the heap and of connections per hour, of resident memory from the peak
 * of the first half to the peak of the second. A miss of a slope needs certainty; if the growth only may exceed
 * the limit, a note asks for a longer soak.
 */
export function judgeGrowth(
  samples: Omit<Samples, 'stop'>,
  warmUpHours: number,
  checks: Checks,
): void {
  const afterWarmUp = (series: Series) => series.filter(([hours]) => hours >= warmUpHours);
  const judgeSlope = (name: string, series: Series, unit: string, limit: number) => {
    const { slope, margin } = fitSlope(afterWarmUp(series));
    const last = series.at(-1)?.[1] ?? Number.NaN;
    const figure = `${name} ${last.toFixed(0)}${unit}, growing by ${slope.toFixed(2)} ± ${margin.toFixed(2)}${unit} an hour`;
    const certain = slope + margin <= limit;
    checks.note(certain ? figure : `${figure} (uncertain: run a longer soak)`);
    checks.that(slope - margin <= limit, `${figure}, limit ${limit}${unit}`);
  };
  for (const [name, series] of samples.heap)
    judgeSlope(`${name} heap`, series, ' MB', HEAP_LIMIT_MB_PER_HOUR);
  for (const [name, series] of samples.connections)
    judgeSlope(`${name} connections`, series, '', CONNECTIONS_LIMIT_PER_HOUR);
  for (const [name, series] of samples.memory) {
    const values = afterWarmUp(series).map(([, value]) => value);
    const middle = Math.floor(values.length / 2);
    const first = Math.max(...values.slice(0, middle));
    const second = Math.max(...values.slice(middle));
    const figure = `${name} resident memory peaks at ${first.toFixed(0)} MB in the first half, ${second.toFixed(0)} MB in the second`;
    checks.note(`${figure}; over ${PARTS} equal periods: ${courseOf(series)} MB`);
    checks.that(
      second <= first * (1 + RESIDENT_LIMIT),
      `${figure}, limit +${RESIDENT_LIMIT * 100} %`,
    );
  }
  for (const [name, series] of samples.heap)
    checks.note(`${name} heap over ${PARTS} equal periods: ${courseOf(series)} MB`);
}

/** The minimum of each part, in which a process had the least garbage. */
function courseOf(series: Series): string {
  const size = Math.ceil(series.length / PARTS) || 1;
  const parts = Array.from({ length: Math.ceil(series.length / size) }, (_, index) =>
    series.slice(index * size, (index + 1) * size).map(([, value]) => value),
  );
  return parts.map((values) => Math.min(...values).toFixed(0)).join(', ');
}

/**
 * Least squares over the means of up to 24 equal parts. Adjacent samples are not independent, so single
 * samples would give too small a margin.
 * @returns the slope per unit of x, and half of its 95 % confidence interval: Infinity for fewer than three points
 */
export function fitSlope(points: Series): { slope: number; margin: number } {
  const size = Math.max(1, Math.ceil(points.length / BINS));
  const means = Array.from({ length: Math.ceil(points.length / size) }, (_, index) =>
    centre(points.slice(index * size, (index + 1) * size)),
  );
  const [meanX, meanY] = centre(means);
  const sum = (of: (x: number, y: number) => number) =>
    means.reduce((total, [x, y]) => total + of(x - meanX, y - meanY), 0);
  const spread = sum((x) => x * x);
  const slope = sum((x, y) => x * y) / spread;
  const rest = sum((x, y) => (y - slope * x) ** 2);
  const degrees = means.length - 2;
  return { slope, margin: degrees < 1 ? Infinity : 2.07 * Math.sqrt(rest / degrees / spread) };
}

function centre(points: readonly (readonly [number, number])[]): readonly [number, number] {
  const sum = (index: 0 | 1) => points.reduce((total, point) => total + point[index], 0);
  return [sum(0) / points.length, sum(1) / points.length];
}

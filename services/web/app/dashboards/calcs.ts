/** A legend's figures, by Grafana's names. */
const CALCS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  lastNotNull: (values) => values.at(-1)!,
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
};

export const CALC_NAMES = Object.keys(CALCS);

/**
 * One figure of a series; null = the series has no values.
 * @throws Error if the calculation is unknown
 */
export function calculate(calc: string, values: readonly (number | null)[]): number | null {
  const of = Object.hasOwn(CALCS, calc) ? CALCS[calc] : undefined;
  if (of === undefined) throw new Error(`no calculation ${calc}`);
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : of(known);
}

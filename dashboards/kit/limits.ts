import { type Threshold } from '@grafana/grafana-foundation-sdk/dashboard';
import { LEVEL_COLORS } from '@aio/slo/panels';
import { type Unit, writeValue } from './units.ts';

/** Where a value becomes worth a look (amber) and bad (vermilion). */
export interface Limits {
  readonly worse: 'above' | 'below';
  readonly warn: number | null;
  readonly bad: number | null;
}

/** @param warn null = no amber level */
export function above(warn: number | null, bad: number | null): Limits {
  return { worse: 'above', warn, bad };
}

/** @param warn null = no amber level */
export function below(warn: number | null, bad: number | null): Limits {
  return { worse: 'below', warn, bad };
}

/** Grafana's text colour, for values that are neither good nor bad. */
const NO_COLOR = 'text';

/** Grafana's thresholds: ascending, from minus infinity (null). */
export function toThresholds(limits: Limits | undefined): Threshold[] {
  if (!limits) return [{ value: null, color: NO_COLOR }];
  const { worse, warn, bad } = limits;
  if (worse === 'above') {
    return [
      { value: null, color: LEVEL_COLORS.fine },
      ...step(warn, LEVEL_COLORS.look),
      ...step(bad, LEVEL_COLORS.bad),
    ];
  }
  const lowest = bad === null ? LEVEL_COLORS.look : LEVEL_COLORS.bad;
  const middle =
    bad === null ? [] : step(bad, warn === null ? LEVEL_COLORS.fine : LEVEL_COLORS.look);
  return [{ value: null, color: lowest }, ...middle, ...step(warn, LEVEL_COLORS.fine)];
}

function step(value: number | null, color: string): Threshold[] {
  return value === null ? [] : [{ value, color }];
}

/** The limits in words, for readers who cannot tell the colours apart. Empty without limits. */
export function writeLimits(limits: Limits | undefined, unit: Unit): string {
  if (!limits) return '';
  const { worse, warn, bad } = limits;
  // Grafana's steps include their value.
  const where = worse === 'above' ? 'from' : 'below';
  const words = [
    warn === null ? [] : `amber ${where} ${writeValue(warn, unit)}`,
    bad === null ? [] : `vermilion ${where} ${writeValue(bad, unit)}`,
  ].flat();
  return `Turns ${words.join(', ')}.`;
}

import { type Threshold } from '@grafana/grafana-foundation-sdk/dashboard';
import { PALETTE } from './palette.ts';
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

/** Fine, worth a look, bad. */
const { teal, amber, vermilion } = PALETTE;
/** Grafana's text colour, for values that are neither good nor bad. */
const NO_COLOR = 'text';

/** Grafana's thresholds: ascending, from minus infinity (null). */
export function toThresholds(limits: Limits | undefined): Threshold[] {
  if (!limits) return [{ value: null, color: NO_COLOR }];
  const { worse, warn, bad } = limits;
  if (worse === 'above') {
    return [{ value: null, color: teal }, ...step(warn, amber), ...step(bad, vermilion)];
  }
  const lowest = bad === null ? amber : vermilion;
  const middle = bad === null ? [] : step(bad, warn === null ? teal : amber);
  return [{ value: null, color: lowest }, ...middle, ...step(warn, teal)];
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

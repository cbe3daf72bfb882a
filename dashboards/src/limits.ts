import { type Threshold } from '@grafana/grafana-foundation-sdk/dashboard';
import { PALETTE } from './palette.ts';
import { type Unit, writeValue } from './units.ts';

/** From where on a value is worth a look (amber), and from where on it is bad (vermilion). */
export interface Limits {
  readonly worse: 'above' | 'below';
  readonly warn: number | null;
  readonly bad: number | null;
}

/** @param warn null = there is no such level */
export function above(warn: number | null, bad: number | null): Limits {
  return { worse: 'above', warn, bad };
}

/** @param warn null = there is no such level */
export function below(warn: number | null, bad: number | null): Limits {
  return { worse: 'below', warn, bad };
}

/** Fine, worth a look, bad. */
const { teal, amber, vermilion } = PALETTE;
/** Grafana's name for the colour of its text: of what is neither good nor bad. */
const NO_COLOR = 'text';

/** As Grafana wants them: ascending, from minus infinity (null). */
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

/** The limits in words, since colours alone tell nothing to some. Empty = there are none. */
export function writeLimits(limits: Limits | undefined, unit: Unit): string {
  if (!limits) return '';
  const { worse, warn, bad } = limits;
  // Grafana's steps begin at their value.
  const where = worse === 'above' ? 'from' : 'below';
  const words = [
    warn === null ? [] : `amber ${where} ${writeValue(warn, unit)}`,
    bad === null ? [] : `vermilion ${where} ${writeValue(bad, unit)}`,
  ].flat();
  return `Turns ${words.join(', ')}.`;
}

import {
  BytesIEC,
  Dollars,
  OpsPerSecond,
  PercentUnit,
  RequestsPerSecond,
  Seconds,
  Short,
} from '@grafana/grafana-foundation-sdk/units';

/** Units of our panels, by plain names. */
export const UNITS = {
  seconds: Seconds,
  /** For axes beyond two minutes: their ticks are decimal, and as `seconds` one would be at 16.7 min. */
  wholeSeconds: 'suffix: s',
  bytes: BytesIEC,
  share: PercentUnit,
  count: Short,
  perSecond: OpsPerSecond,
  requestsPerSecond: RequestsPerSecond,
  usd: Dollars,
  tokensPerSecond: 'suffix: tok/s',
  /** A plain factor, e.g. a burn rate. */
  factor: 'suffix: ×',
} as const;

export type Unit = keyof typeof UNITS;

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 3, useGrouping: false });

/** Formats a value with its unit: `(0.001, 'share')` -> `0.1 %`. */
export function writeValue(value: number, unit: Unit): string {
  if (unit === 'share') return `${number.format(value * 100)} %`;
  if (unit === 'bytes') return `${number.format(value / 2 ** 20)} MiB`;
  if (unit === 'usd') return `$${number.format(value)}`;
  return number.format(value) + SHORT[unit];
}

const SHORT: Readonly<Record<Exclude<Unit, 'share' | 'bytes' | 'usd'>, string>> = {
  seconds: ' s',
  wholeSeconds: ' s',
  count: '',
  perSecond: '/s',
  requestsPerSecond: ' req/s',
  tokensPerSecond: ' tok/s',
  factor: '×',
};

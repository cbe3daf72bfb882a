import { perLanguage } from '../text/i18n.ts';

const numbersWith = (options: Intl.NumberFormatOptions) =>
  perLanguage((locale) => new Intl.NumberFormat(locale, options));
const count = numbersWith({});
const compact = numbersWith({ notation: 'compact', maximumFractionDigits: 1 });
const rate = numbersWith({ maximumSignificantDigits: 2 });
const kilobytes = numbersWith({ style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 });
const megabytes = numbersWith({ style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });
const percent = numbersWith({ style: 'percent', maximumFractionDigits: 1 });

/** A whole number below ten thousand, above it such as `12.3k`. */
export function formatCount(n: number): string {
  return (n < 10_000 ? count() : compact()).format(n);
}

/** Decimal units: `40 kB`, `10.5 MB`. */
export function formatBytes(bytes: number): string {
  return bytes < 1e6 ? kilobytes().format(bytes / 1e3) : megabytes().format(bytes / 1e6);
}

/** US dollars; below $1 with two significant digits: `$0.00042`, `$1.25`. null (no price) is `–`. */
export function formatCost(usd: number | null | undefined): string {
  if (usd === null || usd === undefined) return '–';
  if (usd === 0) return '$0';
  if (usd >= 1) return `$${usd.toFixed(2)}`;
  return `$${Number(usd.toPrecision(2)).toFixed(Math.min(8, 1 - Math.floor(Math.log10(usd))))}`;
}

/** A rate: two significant digits below ten, whole above. */
export function formatRate(n: number): string {
  return n < 10 ? rate().format(n) : formatCount(Math.round(n));
}

/** A share of 1 as a percentage: `98.5%`. */
export function formatShare(share: number): string {
  return percent().format(share);
}

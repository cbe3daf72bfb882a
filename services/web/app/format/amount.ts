const count = new Intl.NumberFormat('en-GB');
const compact = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 });

/** Whole below ten thousand, `12.3k` and the like above. */
export function formatCount(n: number): string {
  return n < 10_000 ? count.format(n) : compact.format(n);
}

/** US dollars with as many digits as tell something: `$0.00042`, `$1.25`; null (no price) is `–`. */
export function formatCost(usd: number | null | undefined): string {
  if (usd === null || usd === undefined) return '–';
  if (usd === 0) return '$0';
  if (usd >= 1) return `$${usd.toFixed(2)}`;
  return `$${Number(usd.toPrecision(2)).toFixed(Math.min(8, 1 - Math.floor(Math.log10(usd))))}`;
}

const rate = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 2 });

/** How often something happens: two digits below ten, whole above. */
export function formatRate(n: number): string {
  return n < 10 ? rate.format(n) : formatCount(Math.round(n));
}

const percent = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 });

/** A share of 1 as a percentage: `98.5%`. */
export function formatShare(share: number): string {
  return percent.format(share);
}

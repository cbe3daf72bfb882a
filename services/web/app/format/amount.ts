import { formatDollars } from '@aio/query/format-value';

/** Cost of model calls in US dollars. It leaves out calls of unknown price. */
export interface Cost {
  costUsd: number | null;
  unpricedCalls: number;
  /** The part of the runs below a run. */
  children?: Cost & { runs: number };
}

const numbersWith = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat('en-GB', options);
const count = numbersWith({});
const compact = numbersWith({ notation: 'compact', maximumFractionDigits: 1 });
const rate = numbersWith({ maximumSignificantDigits: 2 });
const kilobytes = numbersWith({ style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 });
const megabytes = numbersWith({ style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });
const whole = numbersWith({ style: 'percent', maximumFractionDigits: 0 });
const percent = numbersWith({ style: 'percent', maximumFractionDigits: 1 });
const percentDown = numbersWith({
  style: 'percent',
  maximumFractionDigits: 1,
  roundingMode: 'floor',
});

/** A whole number below ten thousand, above it such as `12.3k`. */
export function formatCount(n: number): string {
  return (n < 10_000 ? count : compact).format(n);
}

/** `1 run`, `3 runs`, `12.3k runs`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}

/** Decimal units: `40 kB`, `10.5 MB`. */
export function formatBytes(bytes: number): string {
  return bytes < 1e6 ? kilobytes.format(bytes / 1e3) : megabytes.format(bytes / 1e6);
}

/** US dollars; below $1 with two significant digits: `$0.00042`, `$1.25`. null (no price) is `–`. */
export function formatCost(usd: number | null | undefined): string {
  if (usd === null || usd === undefined) return '–';
  return formatDollars(usd);
}

/** `$0.12 + 3 calls of unknown price, of which $0.1 in 2 child runs` */
export function describeCost(cost: Cost): string {
  const { children } = cost;
  const whole = describeSum(cost);
  return children && isCostly(children)
    ? withPart(whole, describeSum(children), children.runs)
    : whole;
}

/** Says which part of an amount belongs to child runs. */
export function withPart(whole: string, part: string, runs: number): string {
  return runs === 1
    ? `${whole}, of which ${part} in 1 child run`
    : `${whole}, of which ${part} in ${runs} child runs`;
}

function describeSum({ costUsd, unpricedCalls }: Cost): string {
  if (unpricedCalls === 0) return formatCost(costUsd);
  const unpriced = plural(unpricedCalls, 'call of unknown price', 'calls of unknown price');
  return (costUsd ?? 0) === 0 ? unpriced : `${formatCost(costUsd)} + ${unpriced}`;
}

/** For tables: `$0.12 + ?`. null or $0 is `–`. */
export function formatCostBriefly({ costUsd, unpricedCalls }: Cost): string {
  const known = (costUsd ?? 0) === 0 ? [] : [formatCost(costUsd)];
  return [...known, ...(unpricedCalls > 0 ? ['?'] : [])].join(' + ') || '–';
}

export function isCostly({ costUsd, unpricedCalls }: Cost): boolean {
  return (costUsd ?? 0) > 0 || unpricedCalls > 0;
}

/** A rate: two significant digits below ten, whole above. */
export function formatRate(n: number): string {
  return n < 10 ? rate.format(n) : formatCount(Math.round(n));
}

/** A share of 1 as a percentage: `98.5%`. */
export function formatShare(share: number): string {
  return percent.format(share);
}

/** A share of 1 that succeeded, rounded down: a failure never disappears in `100%`. */
export function formatSuccess(share: number): string {
  return percentDown.format(share);
}

/** A part of a whole that a bar shows: `46%`, `<1%`. */
export function formatPart(share: number): string {
  return share > 0 && share < 0.01 ? `<${whole.format(0.01)}` : whole.format(share);
}

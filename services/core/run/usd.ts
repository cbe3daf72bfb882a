/**
 * Amounts in US dollars. In memory they are whole numbers of 10^-12 dollars, elsewhere exact decimal text such as
 * `0.0000241`: sums of floating-point numbers are wrong in the last digits.
 */

/** Prices have six decimals per million tokens, so that a token costs a whole number of this unit. */
const DECIMALS = 12;

/** The exact text of an amount. */
export function toUsd(pico: bigint): string {
  const digits = String(pico).padStart(DECIMALS + 1, '0');
  return `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`.replace(/\.?0+$/, '');
}

/** @returns null = not an amount */
export function readUsd(usd: unknown): bigint | null {
  if (typeof usd !== 'string') return null;
  const [, whole, decimals = ''] = /^(\d+)(?:\.(\d{1,12}))?$/.exec(usd) ?? [];
  return whole === undefined ? null : BigInt(whole + decimals.padEnd(DECIMALS, '0'));
}

/** The exact sum of two amounts. */
export function addUsd(a: string, b: string): string {
  return toUsd((readUsd(a) ?? 0n) + (readUsd(b) ?? 0n));
}

import type { TokenCounts } from '@aio/core/run/step-outcome';

/** Prices of a model in US dollars per million tokens. */
export interface Price {
  input: number;
  /** Input tokens from the vendor's cache. */
  cached: number;
  /** Input tokens written to the vendor's cache. */
  cacheWrite: number;
  output: number;
}

/** Prices by model: `openai/…` or `anthropic/…`. */
export type Prices = ReadonlyMap<string, Price>;

const TOKENS_PER_MTOK = 1_000_000;

/**
 * Cost of a call in US dollars.
 * @param model `openai/…` or `anthropic/…`, with or without the date of a snapshot
 * @returns null = unknown: there is no price, or the counts contradict each other
 */
export function costOf(prices: Prices, model: string, usage: TokenCounts): number | null {
  // A snapshot (`-2026-03-17`, `-20251001`) costs what its model costs.
  const price = prices.get(model) ?? prices.get(model.replace(/-\d{4}-?\d{2}-?\d{2}$/, ''));
  const { inputTokens, cachedInputTokens, cacheWriteInputTokens, outputTokens } = usage;
  const freshTokens = inputTokens - cachedInputTokens - cacheWriteInputTokens;
  if (price === undefined || freshTokens < 0) return null;
  const sum =
    freshTokens * price.input +
    cachedInputTokens * price.cached +
    cacheWriteInputTokens * price.cacheWrite +
    outputTokens * price.output;
  return sum / TOKENS_PER_MTOK;
}

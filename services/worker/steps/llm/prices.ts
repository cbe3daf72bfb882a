import { readUsd } from '@aio/core/run/usd';
import type { VendorUsage } from './usage.ts';

/** US dollars per million tokens, as decimal text. Without one, the tokens cost what those cost that include them. */
export interface Rates {
  input: string;
  /** Input tokens from the vendor's cache. */
  cacheRead?: string;
  /** Input tokens written to the vendor's cache. */
  cacheWrite?: string;
  /** Input tokens written to the vendor's cache for an hour. */
  cacheWrite1h?: string;
  output: string;
  /** Output tokens spent on thinking. */
  reasoning?: string;
}

/** The prices of a model. */
export interface Price {
  /** When somebody last checked the prices. */
  date: string;
  /** Where they are published. */
  source: string;
  usdPerMTok: Rates;
  /** Prices of a whole call whose prompt, cached tokens included, has more tokens than `above`. */
  longPrompts?: { above: number; usdPerMTok: Rates }[];
}

/** Prices by model: `openai/…` or `anthropic/…`, with `@mode` if they are not the standard ones. */
export type Prices = ReadonlyMap<string, Price>;

const TOKENS_PER_MTOK = 1_000_000n;

/**
 * Cost of a call in 10^-12 US dollars, by list price.
 * @param model `openai/…` or `anthropic/…`, with or without the date of a snapshot
 * @returns null = unknown: there is no price, or the counts contradict each other
 */
export function costOf(prices: Prices, model: string, usage: VendorUsage): bigint | null {
  const price = findPrice(prices, model, usage.mode);
  if (price === undefined) return null;
  const { inputTokens, cachedInputTokens, cacheWriteInputTokens, cacheWrite1hInputTokens } = usage;
  const { outputTokens, reasoningOutputTokens } = usage;
  const { input, output, ...others } = ratesFor(price, inputTokens);
  const { cacheRead = input, cacheWrite = input, reasoning = output } = others;
  const parts: [tokens: number, usdPerMTok: string][] = [
    [inputTokens - cachedInputTokens - cacheWriteInputTokens, input],
    [cachedInputTokens, cacheRead],
    [cacheWriteInputTokens - cacheWrite1hInputTokens, cacheWrite],
    [cacheWrite1hInputTokens, others.cacheWrite1h ?? cacheWrite],
    [outputTokens - reasoningOutputTokens, output],
    [reasoningOutputTokens, reasoning],
  ];
  let cost = 0n;
  for (const [tokens, usdPerMTok] of parts) {
    if (tokens < 0) return null;
    cost += BigInt(tokens) * (readUsd(usdPerMTok)! / TOKENS_PER_MTOK);
  }
  return cost;
}

/** A snapshot (`-2026-03-17`, `-20251001`) costs what its model costs. */
function findPrice(prices: Prices, model: string, mode: string | null): Price | undefined {
  const suffix = mode === null ? '' : `@${mode}`;
  const plain = model.replace(/-\d{4}-?\d{2}-?\d{2}$/, '');
  return prices.get(model + suffix) ?? prices.get(plain + suffix);
}

function ratesFor({ usdPerMTok, longPrompts = [] }: Price, promptTokens: number): Rates {
  const reached = longPrompts.filter(({ above }) => promptTokens > above);
  return reached.toSorted((a, b) => b.above - a.above)[0]?.usdPerMTok ?? usdPerMTok;
}

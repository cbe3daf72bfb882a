import prices from './prices.json' with { type: 'json' };

/** Tokens as a vendor counted them. */
export interface TokenCounts {
  /** All input tokens, including cached ones. */
  inputTokens: number;
  /** The part of `inputTokens` that came from the vendor's cache. */
  cachedInputTokens: number;
  outputTokens: number;
}

export interface Price {
  inputPerMTok: number;
  cachedInputPerMTok: number;
  outputPerMTok: number;
}

const MODELS: Readonly<Record<string, Price | undefined>> = prices.models;
const TOKENS_PER_MTOK = 1_000_000;

/**
 * Cost of a call in US dollars, by list price.
 * @param model `openai/…` or `anthropic/…`, with or without the date of a snapshot
 * @returns null if the price file lacks the model
 */
export function costUsd(model: string, counts: TokenCounts): number | null {
  const price = findPrice(model);
  if (price === undefined) return null;
  const fresh = counts.inputTokens - counts.cachedInputTokens;
  const perMTok =
    fresh * price.inputPerMTok +
    counts.cachedInputTokens * price.cachedInputPerMTok +
    counts.outputTokens * price.outputPerMTok;
  // 15 digits remove what floating point adds: 0.000024100000000000003
  return Number((perMTok / TOKENS_PER_MTOK).toPrecision(15));
}

/** A snapshot (`-2026-03-17`, `-20251001`) costs what its model costs. */
function findPrice(model: string): Price | undefined {
  const plain = model.replace(/-\d{4}-?\d{2}-?\d{2}$/, '');
  if (Object.hasOwn(MODELS, model)) return MODELS[model];
  return Object.hasOwn(MODELS, plain) ? MODELS[plain] : undefined;
}

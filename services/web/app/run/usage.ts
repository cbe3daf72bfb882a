/** Tokens and cost of model calls; `costUsd` null = the model has no price. */
export interface Tokens {
  input: number;
  output: number;
  costUsd: number | null;
}

/** Reads the `usage` of a step or run; null = it called no model. */
export function tokensOf(usage: Readonly<Record<string, unknown>> | null): Tokens | null {
  const [input, output] = [numberOf(usage?.['inputTokens']), numberOf(usage?.['outputTokens'])];
  if (!input && !output) return null;
  return { input: input ?? 0, output: output ?? 0, costUsd: numberOf(usage?.['costUsd']) };
}

/** The vendor's name of the model; null = none was called. */
export function modelOf(usage: Readonly<Record<string, unknown>> | null): string | null {
  return typeof usage?.['model'] === 'string' ? usage['model'] : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** What a model's calls used; zero and null where a step called none or the model has no price. */
export interface Tokens {
  input: number;
  output: number;
  costUsd: number | null;
}

/** Reads a step's or a run's `usage`; null when no model was called. */
export function tokensOf(usage: Readonly<Record<string, unknown>> | null): Tokens | null {
  const [input, output] = [numberOf(usage?.['inputTokens']), numberOf(usage?.['outputTokens'])];
  if (!input && !output) return null;
  return { input: input ?? 0, output: output ?? 0, costUsd: numberOf(usage?.['costUsd']) };
}

/** The model that was called, as its vendor calls it; null = none. */
export function modelOf(usage: Readonly<Record<string, unknown>> | null): string | null {
  return typeof usage?.['model'] === 'string' ? usage['model'] : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

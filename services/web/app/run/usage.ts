import { type Cost, formatCount, formatShare, withPart } from '../format/amount.ts';

/** Tokens and cost of model calls. */
export interface Tokens extends Cost {
  input: number;
  /** The part of `input` that came from vendors' caches. */
  cached: number;
  output: number;
  children?: Tokens & { runs: number };
}

/** Reads the `usage` of a step or run; null = it called no model. */
export function tokensOf(usage: Readonly<Record<string, unknown>> | null): Tokens | null {
  if (usage === null) return null;
  const { costUsd, unpricedCalls = costUsd === null ? 1 : 0 } = usage;
  const tokens = {
    input: numberOf(usage['inputTokens']),
    cached: numberOf(usage['cachedInputTokens']),
    output: numberOf(usage['outputTokens']),
    costUsd: typeof costUsd === 'number' ? costUsd : null,
    unpricedCalls: numberOf(unpricedCalls),
  };
  if (tokens.input + tokens.output + tokens.unpricedCalls === 0) return null;
  const below = usage['children'] as { runs: number } | undefined;
  const children = below ? tokensOf({ ...below }) : null;
  return children === null ? tokens : { ...tokens, children: { ...children, runs: below!.runs } };
}

/** `1,200 / 300, 75% cached, of which 400 / 100 in 2 child runs` */
export function describeTokens(tokens: Tokens): string {
  const { children } = tokens;
  const whole = describeSum(tokens);
  return children ? withPart(whole, describeSum(children), children.runs) : whole;
}

function describeSum({ input, cached, output }: Tokens): string {
  const counts = `${formatCount(input)} / ${formatCount(output)}`;
  if (cached === 0) return counts;
  return `${counts}, ${formatShare(cached / input)} of the input cached`;
}

/** The vendor's name of the model; null = none was called. */
export function modelOf(usage: Readonly<Record<string, unknown>> | null): string | null {
  return typeof usage?.['model'] === 'string' ? usage['model'] : null;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

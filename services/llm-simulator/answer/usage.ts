import type { Dials } from '../dials.ts';
import type { LlmAnswer } from './answer.ts';

/** Tokens of a question and its answer, as vendors bill them. */
export interface LlmUsage {
  /** All of the prompt; the next two are parts of it. */
  inputTokens: number;
  cachedTokens: number;
  cacheWrittenTokens: number;
  /** All of the answer, thoughts included. */
  outputTokens: number;
  reasoningTokens: number;
}

/** What the dials say of caches and thoughts, laid over an answer. */
export function usageOf(
  { inputTokens, outputTokens }: Pick<LlmAnswer, 'inputTokens' | 'outputTokens'>,
  { cachedTokens, cacheWrittenTokens, reasoningTokens }: Dials,
): LlmUsage {
  const cached = Math.min(cachedTokens, inputTokens);
  return {
    inputTokens,
    cachedTokens: cached,
    cacheWrittenTokens: Math.min(cacheWrittenTokens, inputTokens - cached),
    outputTokens: outputTokens + reasoningTokens,
    reasoningTokens,
  };
}

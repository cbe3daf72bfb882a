import type { Dials } from '../dials.ts';
import type { LlmAnswer } from './answer.ts';

/** Tokens of a question and its answer, as vendors bill them. */
export interface LlmUsage {
  /** The whole prompt, including the next two. */
  inputTokens: number;
  cachedTokens: number;
  cacheWrittenTokens: number;
  /** The whole answer, including thinking. */
  outputTokens: number;
  reasoningTokens: number;
}

/** Adds cached and reasoning tokens of the dials to an answer's counts. */
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

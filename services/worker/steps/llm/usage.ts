import type Anthropic from '@anthropic-ai/sdk';
import type { TokenCounts } from '@aio/core/run/step-outcome';
import type OpenAI from 'openai';

/**
 * OpenAI's counts. `prompt_tokens` includes tokens of the cache, `completion_tokens` those of thinking.
 * @returns null = the vendor, or a server with its format, sent something else
 */
export function readOpenAiUsage(usage: OpenAI.CompletionUsage): TokenCounts | null {
  const { prompt_tokens_details: prompt, completion_tokens_details: completion } = usage;
  return checked({
    inputTokens: usage.prompt_tokens,
    cachedInputTokens: prompt?.cached_tokens ?? 0,
    cacheWriteInputTokens: prompt?.cache_write_tokens ?? 0,
    outputTokens: usage.completion_tokens,
    reasoningOutputTokens: completion?.reasoning_tokens ?? 0,
  });
}

/**
 * Anthropic's counts, as a stream begins. `input_tokens` leaves out tokens of the cache.
 * @returns null = the vendor, or a server with its format, sent something else
 */
export function readAnthropicUsage(usage: Anthropic.Usage): TokenCounts | null {
  const cached = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  return checked({
    inputTokens: usage.input_tokens + cached + written,
    cachedInputTokens: cached,
    cacheWriteInputTokens: written,
    outputTokens: usage.output_tokens,
    reasoningOutputTokens: usage.output_tokens_details?.thinking_tokens ?? 0,
  });
}

/** The counts at a later point of the stream: totals, where the vendor repeats them. */
export function updateAnthropicUsage(
  was: TokenCounts | null,
  usage: Anthropic.MessageDeltaUsage,
): TokenCounts | null {
  if (was === null) return null;
  const cached = usage.cache_read_input_tokens ?? was.cachedInputTokens;
  const written = usage.cache_creation_input_tokens ?? was.cacheWriteInputTokens;
  const plain =
    usage.input_tokens ?? was.inputTokens - was.cachedInputTokens - was.cacheWriteInputTokens;
  return checked({
    inputTokens: plain + cached + written,
    cachedInputTokens: cached,
    cacheWriteInputTokens: written,
    outputTokens: usage.output_tokens,
    reasoningOutputTokens:
      usage.output_tokens_details?.thinking_tokens ?? was.reasoningOutputTokens,
  });
}

function checked(usage: TokenCounts): TokenCounts | null {
  const areCounts = Object.values(usage).every((n) => Number.isSafeInteger(n) && n >= 0);
  return areCounts ? usage : null;
}

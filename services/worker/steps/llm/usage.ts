import type Anthropic from '@anthropic-ai/sdk';
import type { TokenCounts } from '@aio/core/run/step-outcome';
import type OpenAI from 'openai';

/** What a vendor charges for. */
export interface VendorUsage extends TokenCounts {
  /** Why other prices apply, such as `flex`; null = the standard prices. */
  mode: string | null;
}

const STANDARD_MODES: readonly unknown[] = [
  undefined,
  null,
  'default',
  'standard',
  'global',
  'not_available',
];

/**
 * OpenAI's counts. `prompt_tokens` includes tokens of the cache, `completion_tokens` those of thinking.
 * @returns null = the vendor, or a server with its format, sent something else
 */
export function readOpenAiUsage(
  usage: OpenAI.CompletionUsage,
  serviceTier: string | null | undefined,
): VendorUsage | null {
  const { prompt_tokens_details: prompt, completion_tokens_details: completion } = usage;
  return checked({
    inputTokens: usage.prompt_tokens,
    cachedInputTokens: prompt?.cached_tokens ?? 0,
    cacheWriteInputTokens: prompt?.cache_write_tokens ?? 0,
    cacheWrite1hInputTokens: 0,
    outputTokens: usage.completion_tokens,
    reasoningOutputTokens: completion?.reasoning_tokens ?? 0,
    mode: modeOf(serviceTier),
  });
}

/**
 * Anthropic's counts, as a stream begins. `input_tokens` leaves out tokens of the cache.
 * @returns null = the vendor, or a server with its format, sent something else
 */
export function readAnthropicUsage(usage: Anthropic.Usage): VendorUsage | null {
  const cached = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  return checked({
    inputTokens: usage.input_tokens + cached + written,
    cachedInputTokens: cached,
    cacheWriteInputTokens: written,
    cacheWrite1hInputTokens: usage.cache_creation?.ephemeral_1h_input_tokens ?? 0,
    outputTokens: usage.output_tokens,
    reasoningOutputTokens: usage.output_tokens_details?.thinking_tokens ?? 0,
    mode: modeOf(usage.service_tier, usage.speed, usage.inference_geo),
  });
}

/** The counts at a later point of the stream: totals, where the vendor repeats them. */
export function updateAnthropicUsage(
  was: VendorUsage | null,
  usage: Anthropic.MessageDeltaUsage,
): VendorUsage | null {
  if (was === null) return null;
  const cached = usage.cache_read_input_tokens ?? was.cachedInputTokens;
  const written = usage.cache_creation_input_tokens ?? was.cacheWriteInputTokens;
  const plain =
    usage.input_tokens ?? was.inputTokens - was.cachedInputTokens - was.cacheWriteInputTokens;
  return checked({
    ...was,
    inputTokens: plain + cached + written,
    cachedInputTokens: cached,
    cacheWriteInputTokens: written,
    outputTokens: usage.output_tokens,
    reasoningOutputTokens:
      usage.output_tokens_details?.thinking_tokens ?? was.reasoningOutputTokens,
  });
}

function modeOf(...modes: unknown[]): string | null {
  return modes.filter((mode) => !STANDARD_MODES.includes(mode)).join('+') || null;
}

function checked(usage: VendorUsage): VendorUsage | null {
  const { mode: _, ...counts } = usage;
  const areCounts = Object.values(counts).every((n) => Number.isSafeInteger(n) && n >= 0);
  return areCounts ? usage : null;
}

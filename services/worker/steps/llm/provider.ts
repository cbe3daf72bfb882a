import type { TokenCounts } from './prices.ts';

/** What a model is asked, in no vendor's words. */
export interface LlmRequest {
  /** Without the provider. */
  model: string;
  system: string | null;
  messages: { role: 'user' | 'assistant'; content: string }[];
  maxTokens: number | null;
  temperature: number | null;
  /** JSON Schema that the answer must fit; null = text. */
  schema: Record<string, unknown> | null;
  /** Sent with the request: Idempotency-Key and the headers of the trace. */
  headers: Record<string, string>;
  signal: AbortSignal;
}

/** Why the model stopped; null = the stream ended before it said so. */
export type Finish = 'complete' | 'token_limit' | 'context_limit' | 'refused' | null;

/** What has come of an answer so far; a provider fills it while it streams. */
export interface LlmReply {
  text: string;
  finish: Finish;
  /** The vendor's word for `finish`. */
  finishReason: string | null;
  id: string | null;
  /** The model that answered, e.g. a snapshot of the one that was asked. */
  model: string | null;
  usage: VendorUsage | null;
  /** Milliseconds since `performance.timeOrigin`; null = nothing came yet. */
  firstChunkAt: number | null;
  /** As `firstChunkAt`; null = no token yet. */
  firstTokenAt: number | null;
}

/** All that vendors say of tokens. */
export interface VendorUsage extends TokenCounts {
  /** The part of `inputTokens` that was put into the vendor's cache. */
  cacheWriteInputTokens: number;
  /** The part of `outputTokens` that the model thought with; it costs what the others cost. */
  reasoningOutputTokens: number;
}

export interface LlmProvider {
  name: 'openai' | 'anthropic';
  address: URL;
  /**
   * Streams an answer into `reply`. Throws StepError (see `failure.ts`), or the reason of the
   * request's signal when that is aborted.
   */
  ask(request: LlmRequest, reply: LlmReply): Promise<void>;
}

/** How a vendor is reached. */
export interface VendorConfig {
  /** null = not configured: steps that ask for the vendor fail. */
  apiKey: string | null;
  baseUrl: string;
}

export function createReply(): LlmReply {
  return {
    text: '',
    finish: null,
    finishReason: null,
    id: null,
    model: null,
    usage: null,
    firstChunkAt: null,
    firstTokenAt: null,
  };
}

/** Adds streamed text and notes when the first of it came. */
export function addText(reply: LlmReply, text: string | null | undefined): void {
  if (!text) return;
  reply.firstTokenAt ??= performance.now();
  reply.text += text;
}

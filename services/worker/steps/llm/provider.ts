import { MAX_LLM_ANSWER_BYTES } from '@aio/core/definition/limits';
import type { TokenCounts } from '@aio/core/run/step-outcome';
import { answerTooLarge } from './failure.ts';

/** A question to a model, independent of the vendor. */
export interface LlmRequest {
  /** Name without the provider. */
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

/** Why the model stopped; null = the stream has not said so. */
export type Finish = 'complete' | 'token_limit' | 'context_limit' | 'refused' | null;

/** The answer so far. The provider fills it while it streams. */
export interface LlmReply {
  text: string;
  /** Of `text`. */
  bytes: number;
  finish: Finish;
  /** The vendor's word for `finish`. */
  finishReason: string | null;
  id: string | null;
  /** The model that answered, e.g. a snapshot of the requested one. */
  model: string | null;
  /** null = the vendor has not counted yet. */
  usage: TokenCounts | null;
  /** The vendor has sent a part of it, even without content. */
  hasBegun: boolean;
  /** First and latest chunk with content, by `performance.now()`; null = none yet. */
  firstTokenAt: number | null;
  lastTokenAt: number | null;
  /** Called for each chunk with content but the first, with the milliseconds since the one before. */
  readonly onChunk: (afterMs: number) => void;
}

export interface LlmProvider {
  name: 'openai' | 'anthropic';
  address: URL;
  /**
   * Streams an answer into `reply`.
   * @throws StepError (see `failure.ts`), or the reason of the request's signal
   */
  ask(request: LlmRequest, reply: LlmReply): Promise<void>;
}

/** Address and key of a vendor. */
export interface VendorConfig {
  /** null = steps that call the vendor fail. */
  apiKey: string | null;
  baseUrl: string;
}

export function createReply(onChunk: LlmReply['onChunk'] = () => {}): LlmReply {
  return {
    text: '',
    bytes: 0,
    finish: null,
    finishReason: null,
    id: null,
    model: null,
    usage: null,
    hasBegun: false,
    firstTokenAt: null,
    lastTokenAt: null,
    onChunk,
  };
}

/** Records the time of a chunk with content. Metric, span and run page all have the first one's. */
export function noteChunk(reply: LlmReply): void {
  const now = performance.now();
  reply.firstTokenAt ??= now;
  if (reply.lastTokenAt !== null) reply.onChunk(now - reply.lastTokenAt);
  reply.lastTokenAt = now;
}

/**
 * Adds streamed text.
 * @throws StepError `llm_answer_too_large`, after which the provider aborts the request
 */
export function addText(reply: LlmReply, text: string | null | undefined): void {
  if (!text) return;
  reply.bytes += Buffer.byteLength(text);
  if (reply.bytes > MAX_LLM_ANSWER_BYTES) throw answerTooLarge(MAX_LLM_ANSWER_BYTES);
  reply.text += text;
}

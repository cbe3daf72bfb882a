import OpenAI, { APIConnectionError, APIError } from 'openai';
import { StepError } from '@aio/core/run/step-outcome';
import { connectionFailed, streamBroken, toStepError } from './failure.ts';
import {
  addText,
  type Finish,
  type LlmProvider,
  type LlmReply,
  type LlmRequest,
  noteChunk,
  type VendorConfig,
} from './provider.ts';
import { fitsStrictMode } from './strict-schema.ts';
import { type Fetch, SDK_TIMEOUT_MS } from './transport.ts';
import { readOpenAiUsage } from './usage.ts';

type Chunk = OpenAI.ChatCompletionChunk;
type ChatRequest = OpenAI.ChatCompletionCreateParamsStreaming;

const FINISHES: Readonly<Record<string, Finish>> = {
  stop: 'complete',
  length: 'token_limit',
  content_filter: 'refused',
};

/** OpenAI's chat completions, streamed through its SDK. The engine retries. */
export function createOpenAiProvider(
  { apiKey, baseUrl }: VendorConfig & { apiKey: string },
  fetch: Fetch,
): LlmProvider {
  const client = new OpenAI({
    apiKey,
    baseURL: baseUrl,
    // Unset, the SDK would read these from the environment.
    organization: null,
    project: null,
    logLevel: 'off',
    maxRetries: 0,
    timeout: SDK_TIMEOUT_MS,
    fetch,
  });

  async function ask(request: LlmRequest, reply: LlmReply): Promise<void> {
    try {
      const stream = await client.chat.completions.create(toChatRequest(request), {
        headers: request.headers,
        signal: request.signal,
      });
      for await (const chunk of stream) take(chunk, reply);
    } catch (error) {
      if (request.signal.aborted) throw request.signal.reason;
      throw translate(error);
    }
    // The SDK ends an aborted stream as if it were complete.
    if (request.signal.aborted) throw request.signal.reason;
    if (reply.finish === null) throw streamBroken();
  }

  return { name: 'openai', address: new URL(baseUrl), ask };
}

function toChatRequest(request: LlmRequest): ChatRequest {
  const { system, messages, maxTokens, temperature, schema } = request;
  return {
    model: request.model,
    messages: [
      ...(system === null ? [] : [{ role: 'system' as const, content: system }]),
      ...messages,
    ],
    stream: true,
    stream_options: { include_usage: true },
    ...(maxTokens !== null && { max_completion_tokens: maxTokens }),
    ...(temperature !== null && { temperature }),
    ...(schema !== null && {
      response_format: {
        type: 'json_schema' as const,
        json_schema: { name: 'answer', schema, strict: fitsStrictMode(schema) },
      },
    }),
  };
}

function take(chunk: Chunk, reply: LlmReply): void {
  reply.hasBegun = true;
  reply.id ??= chunk.id;
  reply.model ??= chunk.model;
  const choice = chunk.choices[0];
  if (choice?.delta.content || choice?.delta.refusal) noteChunk(reply);
  addText(reply, choice?.delta.content);
  if (choice?.delta.refusal) reply.finish = 'refused';
  if (choice?.finish_reason) {
    reply.finishReason = choice.finish_reason;
    reply.finish ??= FINISHES[choice.finish_reason] ?? 'complete';
  }
  if (chunk.usage) reply.usage = readOpenAiUsage(chunk.usage);
}

function translate(error: unknown): Error {
  if (error instanceof StepError) return error;
  if (error instanceof APIConnectionError) return connectionFailed(error);
  if (!(error instanceof APIError)) return streamBroken(error);
  return toStepError({
    status: error.status ?? null,
    word: error.code ?? error.type ?? null,
    message: error.message,
    headers: error.headers ?? null,
    cause: error,
  });
}

import Anthropic, { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { jsonSchemaOutputFormat } from '@anthropic-ai/sdk/helpers/json-schema';
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
import { type Fetch, SDK_TIMEOUT_MS } from './transport.ts';
import { readAnthropicUsage, updateAnthropicUsage } from './usage.ts';

type MessagesRequest = Anthropic.MessageCreateParamsStreaming & { temperature?: number };

/** The API requires a limit. Thinking counts towards it. */
const DEFAULT_MAX_TOKENS = 16_384;

/** The last version of the API that accepts `temperature`. Some models refuse it in this version, too. */
const VERSION_WITH_TEMPERATURE = '2023-06-01';

const FINISHES: Readonly<Record<string, Finish>> = {
  end_turn: 'complete',
  stop_sequence: 'complete',
  max_tokens: 'token_limit',
  model_context_window_exceeded: 'context_limit',
  refusal: 'refused',
};

/** Anthropic's messages, streamed through its SDK. The engine retries. */
export function createAnthropicProvider(
  { apiKey, baseUrl }: VendorConfig & { apiKey: string },
  fetch: Fetch,
): LlmProvider {
  const client = new Anthropic({
    apiKey,
    // Unset, the SDK would read it from the environment.
    authToken: null,
    baseURL: baseUrl,
    logLevel: 'off',
    maxRetries: 0,
    // AIO creates the span.
    openTelemetry: false,
    timeout: SDK_TIMEOUT_MS,
    fetch,
  });

  async function ask(request: LlmRequest, reply: LlmReply): Promise<void> {
    const body = toMessagesRequest(request);
    const version = request.temperature !== null && {
      'anthropic-version': VERSION_WITH_TEMPERATURE,
    };
    try {
      const stream = await client.messages.create(body, {
        headers: { ...request.headers, ...version },
        signal: request.signal,
      });
      for await (const event of stream) take(event, reply);
    } catch (error) {
      if (request.signal.aborted) throw request.signal.reason;
      throw translate(error);
    }
    // The SDK ends an aborted stream as if it were complete.
    if (request.signal.aborted) throw request.signal.reason;
    if (reply.finish === null) throw streamBroken();
  }

  return { name: 'anthropic', address: new URL(baseUrl), ask };
}

function toMessagesRequest(request: LlmRequest): MessagesRequest {
  const { system, schema, temperature } = request;
  return {
    model: request.model,
    max_tokens: request.maxTokens ?? DEFAULT_MAX_TOKENS,
    messages: request.messages,
    stream: true,
    ...(system !== null && { system }),
    ...(temperature !== null && { temperature }),
    ...(schema !== null && { output_config: { format: toFormat(schema) } }),
  };
}

/** The SDK moves limits that the vendor does not enforce, such as lengths, into descriptions for the model. */
function toFormat(schema: Record<string, unknown>): Anthropic.JSONOutputFormat {
  try {
    const format = jsonSchemaOutputFormat(schema as { type: 'object' });
    return { type: format.type, schema: format.schema };
  } catch (error) {
    const { message } = error as Error;
    throw new StepError('llm_bad_request', `The vendor's SDK rejected the schema: ${message}`, {
      retryable: false,
      cause: error,
    });
  }
}

function take(event: Anthropic.RawMessageStreamEvent, reply: LlmReply): void {
  reply.hasBegun = true;
  switch (event.type) {
    case 'message_start': {
      const { id, model, usage } = event.message;
      reply.id = id;
      reply.model = model;
      reply.usage = readAnthropicUsage(usage);
      break;
    }
    case 'content_block_delta':
      // A token of thinking, which comes before the answer, counts as the first token.
      noteChunk(reply);
      if (event.delta.type === 'text_delta') addText(reply, event.delta.text);
      break;
    case 'message_delta': {
      const { stop_reason } = event.delta;
      reply.finishReason = stop_reason;
      if (stop_reason !== null) reply.finish = FINISHES[stop_reason] ?? 'complete';
      reply.usage = updateAnthropicUsage(reply.usage, event.usage);
      break;
    }
    default:
  }
}

function translate(error: unknown): Error {
  if (error instanceof StepError) return error;
  if (error instanceof APIConnectionError) return connectionFailed(error);
  if (!(error instanceof APIError)) return streamBroken(error);
  return toStepError({
    status: error.status ?? null,
    word: error.errorCode ?? error.type,
    message: error.apiMessage ?? error.message,
    headers: error.headers ?? null,
    cause: error,
  });
}

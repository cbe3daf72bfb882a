import { createHash } from 'node:crypto';
import {
  answerQuestion,
  type Content,
  contentText,
  countInput,
  type FinishReason,
  type LlmQuestion,
} from '../answer/answer.ts';
import type { AnswerSchema } from '../answer/instance.ts';
import { usageOf } from '../answer/usage.ts';
import { type Call, faultStatus, sendHalfJson, sendJson } from '../call.ts';
import { openEventStream } from '../event-stream.ts';

/** Body of `POST /v1/chat/completions`; only the fields that the simulator reads. */
interface ChatRequest {
  model: string;
  messages: { role: string; content: Content }[];
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
  max_completion_tokens?: number;
  max_tokens?: number;
  response_format?: { type: string; json_schema?: { schema?: AnswerSchema } };
}

const FINISH_REASONS: Record<FinishReason, string> = {
  end: 'stop',
  limit: 'length',
  refusal: 'content_filter',
};

/** `POST /v1/chat/completions`: OpenAI's chat completions, streamed or whole. */
export async function answerOpenAi(call: Call): Promise<void> {
  const refused = checkRequest(call);
  if (refused !== null) return sendError(call, ...refused);

  const request = call.body as ChatRequest;
  const question = readQuestion(request);
  if (countInput(question) > call.dials.contextTokens) {
    const message = `This model's maximum context length is ${call.dials.contextTokens} tokens.`;
    return sendError(call, 400, message, 'context_length_exceeded');
  }
  const answer = answerQuestion(question, call.dials, call.fault);
  const head = {
    id: `chatcmpl-${createHash('sha256').update(question.prompt).digest('hex').slice(0, 24)}`,
    created: Math.floor(Date.now() / 1000),
    model: request.model,
  };
  const tokens = usageOf(answer, call.dials);
  const usage = {
    prompt_tokens: tokens.inputTokens,
    completion_tokens: tokens.outputTokens,
    total_tokens: tokens.inputTokens + tokens.outputTokens,
    prompt_tokens_details: {
      cached_tokens: tokens.cachedTokens,
      cache_write_tokens: tokens.cacheWrittenTokens,
    },
    completion_tokens_details: { reasoning_tokens: tokens.reasoningTokens },
  };
  const finish_reason = FINISH_REASONS[answer.finish];

  if (request.stream !== true) {
    const content = answer.tokens.join('');
    const message = { role: 'assistant', content, refusal: null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason }];
    const body = { ...head, object: 'chat.completion', choices, usage };
    if (call.fault === 'halfBody') return sendHalfJson(call, body);
    return sendJson(call, 200, body, rateLimitHeaders(call));
  }

  const stream = openEventStream(call, rateLimitHeaders(call));
  const sendChunk = (delta: object, finished: string | null = null) =>
    stream.send(null, {
      ...head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finished }],
      ...(request.stream_options?.include_usage === true && { usage: null }),
    });
  sendChunk({ role: 'assistant', content: '', refusal: null });
  if (!(await stream.sendTokens(answer.tokens, (content) => sendChunk({ content })))) return;
  sendChunk({}, finish_reason);
  if (request.stream_options?.include_usage === true)
    stream.send(null, { ...head, object: 'chat.completion.chunk', choices: [], usage });
  stream.send(null, '[DONE]');
  stream.end();
}

/** Why the request is refused, as arguments of `sendError`; null = it is accepted. */
function checkRequest(call: Call): [number, string, string | null, Record<string, string>?] | null {
  const key = call.request.headers.authorization?.replace(/^Bearer /, '');
  if (key === undefined || key === '' || key === 'invalid')
    return [401, 'Incorrect API key provided.', 'invalid_api_key'];
  const fault = faultStatus(call, 503);
  if (fault !== null) {
    const code = fault.status === 429 ? 'rate_limit_exceeded' : null;
    return [fault.status, fault.message, code, fault.headers];
  }
  const body = call.body as Partial<ChatRequest> | null;
  if (typeof body?.model !== 'string') return [400, 'you must provide a model parameter', null];
  if (!Array.isArray(body.messages) || body.messages.length === 0)
    return [400, "Invalid 'messages': empty array.", 'empty_array'];
  return null;
}

function readQuestion(request: ChatRequest): LlmQuestion {
  const isInstruction = (role: string) => role === 'system' || role === 'developer';
  const join = (messages: ChatRequest['messages']) =>
    messages.map(({ content }) => contentText(content)).join('\n\n');
  return {
    model: request.model,
    system: join(request.messages.filter(({ role }) => isInstruction(role))),
    prompt: join(request.messages.filter(({ role }) => !isInstruction(role))),
    schema: request.response_format?.json_schema?.schema ?? null,
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? null,
  };
}

function sendError(
  call: Call,
  status: number,
  message: string,
  code: string | null,
  headers: Record<string, string> = {},
): void {
  const type =
    status === 429 ? 'requests' : status >= 500 ? 'server_error' : 'invalid_request_error';
  const error = { message, type, param: null, code };
  sendJson(call, status, { error }, { ...rateLimitHeaders(call), ...headers });
}

function rateLimitHeaders(call: Call): Record<string, string> {
  return {
    'x-request-id': `req_${createHash('sha256').update(`${call.idempotencyKey}-${call.nth}`).digest('hex').slice(0, 24)}`,
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-remaining-requests': call.fault === 'rateLimit' ? '0' : '9999',
    'x-ratelimit-reset-requests': `${call.dials.retryAfterMs}ms`,
  };
}

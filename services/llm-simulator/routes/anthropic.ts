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

/** Body of `POST /v1/messages`; only the fields that the simulator reads. */
interface MessagesRequest {
  model: string;
  max_tokens: number;
  system?: Content;
  messages: { role: string; content: Content }[];
  stream?: boolean;
  temperature?: number;
  output_config?: { format?: { type: string; schema?: AnswerSchema } };
}

const STOP_REASONS: Record<FinishReason, string> = {
  end: 'end_turn',
  limit: 'max_tokens',
  refusal: 'refusal',
};

/** From this version on, the API refuses sampling parameters. */
const VERSION_WITHOUT_SAMPLING = '2026-10-21';

/** `POST /v1/messages`: Anthropic's messages, streamed or whole. */
export async function answerAnthropic(call: Call): Promise<void> {
  const refused = checkRequest(call);
  if (refused !== null) return sendError(call, ...refused);

  const request = call.body as MessagesRequest;
  const question = readQuestion(request);
  const promptTokens = countInput(question);
  if (promptTokens > call.dials.contextTokens) {
    const message = `prompt is too long: ${promptTokens} tokens > ${call.dials.contextTokens} maximum`;
    return sendError(call, 400, 'invalid_request_error', message);
  }
  const answer = answerQuestion(question, call.dials, call.fault);
  const stop = { stop_reason: STOP_REASONS[answer.finish], stop_sequence: null };
  const message = {
    id: `msg_${createHash('sha256').update(question.prompt).digest('hex').slice(0, 24)}`,
    type: 'message',
    role: 'assistant',
    model: request.model,
  };
  const tokens = usageOf(answer, call.dials);
  const usage = (output_tokens: number) => ({
    input_tokens: tokens.inputTokens - tokens.cachedTokens - tokens.cacheWrittenTokens,
    cache_creation_input_tokens: tokens.cacheWrittenTokens,
    cache_read_input_tokens: tokens.cachedTokens,
    output_tokens,
  });
  const billed = {
    output_tokens: tokens.outputTokens,
    output_tokens_details: { thinking_tokens: tokens.reasoningTokens },
  };

  if (request.stream !== true) {
    const content = [{ type: 'text', text: answer.tokens.join(''), citations: null }];
    const body = {
      ...message,
      content,
      ...stop,
      usage: { ...usage(tokens.outputTokens), ...billed },
    };
    if (call.fault === 'halfBody') return sendHalfJson(call, body);
    return sendJson(call, 200, body, rateLimitHeaders(call));
  }

  const stream = openEventStream(call, rateLimitHeaders(call));
  const send = (type: string, data: object = {}) => stream.send(type, { type, ...data });
  const unstopped = { stop_reason: null, stop_sequence: null };
  send('message_start', { message: { ...message, content: [], ...unstopped, usage: usage(1) } });
  send('ping');
  send('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  const sendToken = (text: string) =>
    send('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
  if (!(await stream.sendTokens(answer.tokens, sendToken))) return;
  send('content_block_stop', { index: 0 });
  send('message_delta', { delta: stop, usage: billed });
  send('message_stop');
  stream.end();
}

/** Why the request is refused, as arguments of `sendError`; null = it is accepted. */
function checkRequest(call: Call): [number, string, string, Record<string, string>?] | null {
  const { headers } = call.request;
  const key = headers['x-api-key'] ?? headers.authorization?.replace(/^Bearer /, '');
  if (key === undefined || key === '' || key === 'invalid')
    return [401, 'authentication_error', 'invalid x-api-key'];
  const version = headers['anthropic-version'];
  if (typeof version !== 'string')
    return [400, 'invalid_request_error', 'anthropic-version: header is required'];
  const fault = faultStatus(call, 529);
  if (fault !== null) return [fault.status, errorType(fault.status), fault.message, fault.headers];
  const body = call.body as Partial<MessagesRequest> | null;
  for (const field of ['model', 'max_tokens', 'messages'] as const)
    if (body?.[field] === undefined)
      return [400, 'invalid_request_error', `${field}: Field required`];
  if (body?.temperature !== undefined && version >= VERSION_WITHOUT_SAMPLING)
    return [400, 'invalid_request_error', 'temperature: Extra inputs are not permitted'];
  return null;
}

function errorType(status: number): string {
  if (status === 429) return 'rate_limit_error';
  return status === 529 ? 'overloaded_error' : 'api_error';
}

function readQuestion(request: MessagesRequest): LlmQuestion {
  return {
    model: request.model,
    system: contentText(request.system ?? ''),
    prompt: request.messages.map(({ content }) => contentText(content)).join('\n\n'),
    schema: request.output_config?.format?.schema ?? null,
    maxTokens: request.max_tokens,
  };
}

function sendError(
  call: Call,
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  const body = { type: 'error', error: { type, message }, request_id: requestId(call) };
  sendJson(call, status, body, { ...rateLimitHeaders(call), ...headers });
}

function rateLimitHeaders(call: Call): Record<string, string> {
  return {
    'request-id': requestId(call),
    'anthropic-ratelimit-requests-limit': '4000',
    'anthropic-ratelimit-requests-remaining': call.fault === 'rateLimit' ? '0' : '3999',
    'anthropic-ratelimit-requests-reset': new Date(
      Date.now() + call.dials.retryAfterMs,
    ).toISOString(),
  };
}

function requestId(call: Call): string {
  const digest = createHash('sha256').update(`${call.idempotencyKey}-${call.nth}`).digest('hex');
  return `req_${digest.slice(0, 24)}`;
}

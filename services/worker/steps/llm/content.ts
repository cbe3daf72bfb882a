/** Prompts and answers in telemetry, if OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT asks for them. */
import { logs, SeverityNumber, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { LOG_EVENTS } from '@aio/catalog/logs/log-events';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import type { Redactor } from '@aio/core/text/redact';
import type { LlmReply, LlmRequest } from './provider.ts';

/** Where the content goes: nowhere, into the span, into a log record of its own, or both. */
export const CONTENT_CAPTURES = [
  'NO_CONTENT',
  'SPAN_ONLY',
  'EVENT_ONLY',
  'SPAN_AND_EVENT',
] as const;

export type ContentCapture = (typeof CONTENT_CAPTURES)[number];

/** Longest text of a message, in UTF-16 units; the rest is cut off. */
const LONGEST_TEXT = 16_384;

/** A call of a model that has ended. */
interface EndedCall {
  request: LlmRequest;
  reply: LlmReply;
  redactor: Redactor;
  span: Span;
  /** Of the span, or of the attempt if the span is not sampled. */
  context: Context;
  /** Of the span. */
  attributes: Attributes;
}

/** Records what was asked and answered, without the secrets of the attempt. */
export function recordContent(capture: ContentCapture, call: EndedCall): void {
  if (capture === 'NO_CONTENT') return;
  const { span, context, attributes } = call;
  const content = describeContent(call);
  if (capture !== 'EVENT_ONLY')
    // Attributes of spans have no objects.
    for (const [key, value] of Object.entries(content))
      span.setAttribute(key, JSON.stringify(value));
  if (capture === 'SPAN_ONLY') return;
  const [eventName, severityText, body] = LOG_EVENTS.genAiDetails;
  logs.getLogger('@aio/worker').emit({
    eventName,
    body,
    severityNumber: SeverityNumber.INFO,
    severityText,
    context,
    attributes: { [ATTRIBUTES.eventName]: eventName, ...attributes, ...content },
  });
}

/** Messages in the format of the GenAI conventions. */
function describeContent({ request, reply, redactor }: EndedCall): Record<string, object> {
  // A secret that the cut divides would not be found.
  const toPart = (text: string) => ({
    type: 'text',
    content: redactor.text(text).slice(0, LONGEST_TEXT),
  });
  const { system, messages } = request;
  const answer = { role: 'assistant', parts: [toPart(reply.text)] };
  return {
    ...(system !== null && { [ATTRIBUTES.genAiSystemInstructions]: [toPart(system)] }),
    [ATTRIBUTES.genAiInputMessages]: messages.map(({ role, content }) => ({
      role,
      parts: [toPart(content)],
    })),
    [ATTRIBUTES.genAiOutputMessages]: [{ ...answer, finish_reason: reply.finishReason ?? 'error' }],
  };
}

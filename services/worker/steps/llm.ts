import type { Attributes, Context, Span } from '@opentelemetry/api';
import { trace } from '@opentelemetry/api';
import type { EvaluatedWith } from '@aio/core/definition/schema';
import { createRedactor } from '@aio/core/text/redact';
import { traceHeaders } from '@aio/runtime/trace-context';
import { errorTypeOf, type Tracing } from '@aio/runtime/tracing';
import { readAnswer } from './llm/answer.ts';
import { type ContentCapture, recordContent } from './llm/content.ts';
import { costOf, type Prices } from './llm/prices.ts';
import { createReply, type LlmProvider, type LlmReply, type LlmRequest } from './llm/provider.ts';
import { createProviders, type ProvidersDeps } from './llm/providers.ts';
import { describeReply, describeRequest } from './llm/span-attributes.ts';
import { StepError, type Usage } from '@aio/core/run/step-outcome';
import type { StepCall, StepKind } from './step-kind.ts';

export interface LlmCall {
  provider: LlmProvider['name'];
  model: string;
  /** Subject of the user who started the run. */
  owner: string;
}

/** Facts about one call of a vendor, for metrics. */
export interface LlmCallReport extends LlmCall {
  /** Of the vendor, with its port if it is not the scheme's. */
  host: string;
  /** null = the vendor sent no part of an answer, which costs nothing. */
  usage: Usage | null;
  /** Rounded like `timeToFirstTokenMs`, so that the first token is never after the end. */
  durationMs: number;
  timeToFirstTokenMs: number | null;
  /** Code of the failure; null = success. */
  errorType: string | null;
  /** Context of the attempt, for exemplars. */
  trace: Context;
  runId: string;
  workflow: string;
}

export interface LlmDeps extends ProvidersDeps {
  tracing: Tracing;
  prices: Prices;
  /** Default: no content. */
  contentCapture?: ContentCapture;
  onLlmCall: (report: LlmCallReport) => void;
  /** Returns a listener for the milliseconds between chunks with content. */
  onLlmChunk: (called: LlmCall) => LlmReply['onChunk'];
}

type With = EvaluatedWith<'llm'>;

/**
 * The kind `llm`: asks a model one question, streamed. Output: {text}, or the JSON if the step has a schema.
 * `execute` throws StepError `llm_…`: see `llm/failure.ts` and `llm/answer.ts`.
 */
export function createKind(deps: LlmDeps): StepKind<With> {
  const findProvider = createProviders(deps);
  return {
    kind: 'llm',
    redactor: createRedactor([deps.openai.apiKey, deps.anthropic.apiKey]),
    async execute(call) {
      const slash = call.with.model.indexOf('/');
      const provider = findProvider(call.with.model.slice(0, slash));
      const model = call.with.model.slice(slash + 1);
      const { output, usage } = await deps.tracing.inSpan(
        'llm',
        { model },
        { parent: call.trace, attributes: describeRequest(call, provider, model) },
        (span) => ask(deps, call, provider, model, span),
      );
      return { type: 'succeeded', output, ...(usage !== null && { usage }) };
    },
  };
}

/** Asks the model, records span, log and metrics, and adds the usage to a failure. */
async function ask(
  deps: LlmDeps,
  call: StepCall<With>,
  provider: LlmProvider,
  model: string,
  span: Span,
): Promise<{ output: unknown; usage: Usage | null }> {
  const reply = createReply(deps.onLlmChunk({ provider: provider.name, model, owner: call.owner }));
  // An unsampled span has no context of its own, so the trace continues from the attempt.
  const context = span.isRecording() ? trace.setSpan(call.trace, span) : call.trace;
  const request = toRequest(call, model, context);
  const startedAt = performance.now();
  let errorType: string | null = null;
  const readUsage = () => toUsage(deps.prices, provider.name, model, reply, startedAt);
  call.readUsage = readUsage;
  call.readText = () => reply.text;
  try {
    await provider.ask(request, reply);
    const output = readAnswer(reply, call.with.schema ?? null);
    return { output, usage: readUsage() };
  } catch (error) {
    errorType = errorTypeOf(error);
    // The engine knows the reason of an abort.
    if (call.signal.aborted) throw error;
    throw withUsage(error, readUsage());
  } finally {
    const usage = readUsage();
    const durationMs = Math.round(performance.now() - startedAt);
    const timeToFirstTokenMs = firstTokenMs(reply, startedAt);
    const described = describeReply(reply, usage?.costUsd ?? null, timeToFirstTokenMs);
    const answered = call.redactor.value(described) as Attributes;
    span.setAttributes(answered);
    const attributes = { ...describeRequest(call, provider, model), ...answered };
    const { redactor } = call;
    const capture = deps.contentCapture ?? 'NO_CONTENT';
    recordContent(capture, { request, reply, redactor, span, context, attributes });
    const details = {
      duration_ms: durationMs,
      ...(timeToFirstTokenMs !== null && { time_to_first_token_ms: timeToFirstTokenMs }),
      ...describeUsage(usage),
    };
    const asked = `${call.with.model} ${errorType === null ? 'answered' : `failed: ${errorType}`}`;
    call.log[errorType === null ? 'info' : 'warn'](`${asked} in ${durationMs} ms`, details);
    deps.onLlmCall({
      provider: provider.name,
      host: provider.address.host,
      model,
      usage,
      durationMs,
      timeToFirstTokenMs,
      errorType,
      trace: call.trace,
      runId: call.runId,
      workflow: call.workflow,
      owner: call.owner,
    });
  }
}

function toRequest(call: StepCall<With>, model: string, from: Context): LlmRequest {
  const { prompt, messages, system, maxTokens, temperature, schema } = call.with;
  return {
    model,
    system: system ?? null,
    messages: messages ?? [{ role: 'user', content: prompt ?? '' }],
    maxTokens: maxTokens ?? null,
    temperature: temperature ?? null,
    schema: schema ?? null,
    headers: { 'idempotency-key': call.idempotencyKey, ...traceHeaders(from) },
    signal: call.signal,
  };
}

function toUsage(
  prices: Prices,
  provider: string,
  model: string,
  reply: LlmReply,
  startedAt: number,
): Usage | null {
  if (!reply.hasBegun) return null;
  // The counts of an answer that broke off are not the final ones.
  const counted = reply.finish === null ? null : reply.usage;
  return {
    provider,
    model,
    ...reply.usage,
    costUsd: counted && costOf(prices, `${provider}/${model}`, counted),
    timeToFirstTokenMs: firstTokenMs(reply, startedAt),
  };
}

function firstTokenMs(reply: LlmReply, startedAt: number): number | null {
  return reply.firstTokenAt === null ? null : Math.round(reply.firstTokenAt - startedAt);
}

/** A failed call costs money, too. */
function withUsage(error: unknown, usage: Usage | null): unknown {
  if (!(error instanceof StepError) || usage === null) return error;
  const { code, message, retryable, retryAfterMs, details, cause } = error;
  return new StepError(code, message, { retryable, retryAfterMs, usage, details, cause });
}

function describeUsage(usage: Usage | null): Record<string, unknown> {
  if (usage === null) return {};
  const { inputTokens, outputTokens, costUsd } = usage;
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    ...(costUsd !== null && { cost_usd: costUsd }),
  };
}

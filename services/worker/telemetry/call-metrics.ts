import { exemplarOf } from '@aio/runtime/trace-context';
import type { Metrics } from '@aio/catalog/metrics/instruments';
import type { TokenCounts } from '@aio/core/run/step-outcome';
import { INTERRUPTIONS } from '@aio/catalog/metrics/labels';
import type { Context } from '@opentelemetry/api';
import type { HttpCallReport } from '../steps/http.ts';
import type { LlmCall, LlmCallReport } from '../steps/llm.ts';

type TokenMetric = (typeof TOKENS)[number][0];
type CallMetrics = Pick<
  Metrics<'worker'>,
  | TokenMetric
  | 'hostCalls'
  | 'llmCost'
  | 'ownerLlmCost'
  | 'llmUnpricedCalls'
  | 'llmCalls'
  | 'genAiDuration'
  | 'genAiFirstChunk'
  | 'genAiOutputChunk'
>;

/** Counters of tokens. By the conventions, the first two contain the others. */
const TOKENS = [
  ['genAiInputTokens', 'inputTokens'],
  ['genAiOutputTokens', 'outputTokens'],
  ['genAiCacheReadTokens', 'cachedInputTokens'],
  ['genAiCacheWriteTokens', 'cacheWriteInputTokens'],
  ['genAiReasoningTokens', 'reasoningOutputTokens'],
] as const satisfies (readonly [keyof Metrics<'worker'>, keyof TokenCounts])[];

/** Records metrics of the calls that http and llm steps make. */
export function createRecorders(
  metrics: CallMetrics,
  traceIdOf: (context: Context) => string | undefined,
): {
  onHttpCall(report: HttpCallReport): void;
  onLlmCall(report: LlmCallReport): void;
  onLlmChunk(called: LlmCall): (afterMs: number) => void;
} {
  const onHttpCall = (report: HttpCallReport): void => {
    const { host, durationMs, errorType, trace, runId, owner: heldBy } = report;
    // A call that AIO itself ended says nothing about its host.
    if (errorType !== null && INTERRUPTIONS.includes(errorType)) return;
    const exemplar = exemplarOf(traceIdOf(trace), runId);
    metrics.hostCalls.observe({ host, heldBy }, durationMs / 1000, exemplar);
  };
  const onLlmCall = (report: LlmCallReport): void => {
    onHttpCall(report);
    const { workflow, provider, durationMs, timeToFirstTokenMs, errorType, runId } = report;
    const exemplar = exemplarOf(traceIdOf(report.trace), runId);
    const outcome = outcomeOf(errorType);
    const ofCall = callLabels(report);
    metrics.genAiDuration.observe(
      { workflow, ...ofCall, error_type: errorType ?? '' },
      durationMs / 1000,
      exemplar,
    );
    if (timeToFirstTokenMs !== null)
      metrics.genAiFirstChunk.observe(ofCall, timeToFirstTokenMs / 1000, exemplar);
    const isRefused = errorType === 'llm_rate_limited';
    metrics.llmCalls.inc({ provider, outcome: isRefused ? 'rate_limited' : outcome });
    recordUsage(metrics, report);
  };
  return {
    onHttpCall,
    onLlmCall,
    onLlmChunk(called) {
      const labels = callLabels(called);
      return (afterMs) => metrics.genAiOutputChunk.observe(labels, afterMs / 1000);
    },
  };
}

function outcomeOf(errorType: string | null): 'succeeded' | 'failed' | 'cancelled' {
  if (errorType === null) return 'succeeded';
  return INTERRUPTIONS.includes(errorType) ? 'cancelled' : 'failed';
}

function recordUsage(metrics: CallMetrics, report: LlmCallReport): void {
  const { workflow, owner, provider, model, usage } = report;
  countTokens(metrics, report, usage);
  if (!usage) return;
  if (usage.costUsd === null) {
    metrics.llmUnpricedCalls.inc({ provider, model, heldBy: owner });
    return;
  }
  metrics.llmCost.inc({ workflow, provider, model, heldBy: owner }, usage.costUsd);
  metrics.ownerLlmCost.inc({ owner }, usage.costUsd);
}

const NO_TOKENS: Partial<TokenCounts> = { inputTokens: 0 };

type CalledModel = LlmCall & Pick<LlmCallReport, 'workflow'>;

function callLabels({ provider, model, owner }: LlmCall) {
  return {
    gen_ai_operation_name: 'chat',
    gen_ai_provider_name: provider,
    gen_ai_request_model: model,
    heldBy: owner,
  } as const;
}

/** A call that the vendor did not count adds 0 to `unknown`, as the conventions say. */
function countTokens(
  metrics: Pick<CallMetrics, TokenMetric>,
  called: CalledModel,
  usage: Partial<TokenCounts> | null,
): void {
  const isCounted = usage?.inputTokens !== undefined;
  const labels = {
    workflow: called.workflow,
    ...callLabels(called),
    gen_ai_token_modality: isCounted ? 'text' : 'unknown',
  } as const;
  for (const [metric, count] of TOKENS) metrics[metric].inc(labels, usage?.[count] ?? 0);
}

/** The metrics of `expectCalls`. */
export type ExpectedCalls = Pick<CallMetrics, TokenMetric | 'llmCost' | 'llmUnpricedCalls'>;

/** Creates the series of a workflow's calls at zero, before the first call. */
export function expectCalls(metrics: ExpectedCalls, called: CalledModel): void {
  const { workflow, provider, model, owner: heldBy } = called;
  metrics.llmCost.inc({ workflow, provider, model, heldBy }, 0);
  metrics.llmUnpricedCalls.inc({ provider, model, heldBy }, 0);
  countTokens(metrics, called, NO_TOKENS);
}

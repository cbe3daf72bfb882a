import { exemplarOf } from '@aio/runtime/trace-context';
import type { Metrics } from '@aio/catalog/metrics/instruments';
import type { TokenCounts } from '@aio/core/run/step-outcome';
import { INTERRUPTIONS } from '@aio/catalog/metrics/labels';
import type { Context } from '@opentelemetry/api';
import type { HttpCallReport } from '../steps/http.ts';
import type { LlmCallReport } from '../steps/llm.ts';

type CallMetrics = Pick<
  Metrics<'worker'>,
  | 'hostCalls'
  | 'llmTokens'
  | 'llmCost'
  | 'ownerLlmCost'
  | 'llmUnpricedCalls'
  | 'llmCalls'
  | 'llmRequestDuration'
  | 'llmTimeToFirstToken'
  | 'llmErrors'
>;

/** Kinds of tokens, as labels. */
const INPUT = {
  plain: { direction: 'input', type: 'plain' },
  cached: { direction: 'input', type: 'cached' },
  cacheWrite: { direction: 'input', type: 'cache_write' },
} as const;
const OUTPUT = {
  plain: { direction: 'output', type: 'plain' },
  reasoning: { direction: 'output', type: 'reasoning' },
} as const;

/** Records metrics of the calls that http and llm steps make. */
export function createRecorders(
  metrics: CallMetrics,
  traceIdOf: (context: Context) => string | undefined,
): { onHttpCall(report: HttpCallReport): void; onLlmCall(report: LlmCallReport): void } {
  const onHttpCall = ({ host, durationMs, errorType, trace, runId }: HttpCallReport): void => {
    // A call that AIO itself ended says nothing about its host.
    if (errorType !== null && INTERRUPTIONS.includes(errorType)) return;
    metrics.hostCalls.observe({ host }, durationMs / 1000, exemplarOf(traceIdOf(trace), runId));
  };
  const onLlmCall = (report: LlmCallReport): void => {
    onHttpCall(report);
    const { workflow, provider, model, durationMs, timeToFirstTokenMs, errorType, runId } = report;
    const exemplar = exemplarOf(traceIdOf(report.trace), runId);
    const outcome = outcomeOf(errorType);
    metrics.llmRequestDuration.observe(
      { workflow, provider, model, outcome },
      durationMs / 1000,
      exemplar,
    );
    if (timeToFirstTokenMs !== null) {
      metrics.llmTimeToFirstToken.observe({ provider, model }, timeToFirstTokenMs / 1000, exemplar);
    }
    if (errorType !== null && outcome === 'failed')
      metrics.llmErrors.inc({ provider, model, error_type: errorType });
    const isRefused = errorType === 'llm_rate_limited';
    metrics.llmCalls.inc({ provider, outcome: isRefused ? 'rate_limited' : outcome });
    recordUsage(metrics, report);
  };
  return { onHttpCall, onLlmCall };
}

function outcomeOf(errorType: string | null): 'succeeded' | 'failed' | 'cancelled' {
  if (errorType === null) return 'succeeded';
  return INTERRUPTIONS.includes(errorType) ? 'cancelled' : 'failed';
}

function recordUsage(metrics: CallMetrics, report: LlmCallReport): void {
  const { workflow, owner, provider, model, usage } = report;
  if (!usage) return;
  const labels = { workflow, provider, model };
  for (const [kind, tokens] of tokensByKind(usage))
    metrics.llmTokens.inc({ ...labels, ...kind }, Math.max(0, tokens));
  if (usage.costUsd === null) {
    metrics.llmUnpricedCalls.inc({ provider, model });
    return;
  }
  // Prometheus only has floating-point numbers; rows have the exact cost.
  metrics.llmCost.inc(labels, Number(usage.costUsd));
  metrics.ownerLlmCost.inc({ owner }, Number(usage.costUsd));
}

/** Each token once. */
function tokensByKind({
  inputTokens = 0,
  cachedInputTokens = 0,
  cacheWriteInputTokens = 0,
  outputTokens = 0,
  reasoningOutputTokens = 0,
}: Partial<TokenCounts>) {
  return [
    [INPUT.plain, inputTokens - cachedInputTokens - cacheWriteInputTokens],
    [INPUT.cached, cachedInputTokens],
    [INPUT.cacheWrite, cacheWriteInputTokens],
    [OUTPUT.plain, outputTokens - reasoningOutputTokens],
    [OUTPUT.reasoning, reasoningOutputTokens],
  ] as const;
}

/** Creates the series of a workflow's calls at zero, before the first call. */
export function expectCalls(
  metrics: Pick<CallMetrics, 'llmTokens' | 'llmCost' | 'llmUnpricedCalls'>,
  { workflow, provider, model }: Pick<LlmCallReport, 'workflow' | 'provider' | 'model'>,
): void {
  const labels = { workflow, provider, model };
  metrics.llmCost.inc(labels, 0);
  metrics.llmUnpricedCalls.inc({ provider, model }, 0);
  for (const [kind] of tokensByKind({})) metrics.llmTokens.inc({ ...labels, ...kind }, 0);
}

import type { Metrics } from '@aio/catalog/instruments';
import type { Context } from '@opentelemetry/api';
import type { LlmCallReport } from './steps/llm.ts';

type LlmMetrics = Pick<
  Metrics<'worker'>,
  | 'llmTokens'
  | 'llmCost'
  | 'ownerLlmCost'
  | 'llmCalls'
  | 'llmRequestDuration'
  | 'llmTimeToFirstToken'
  | 'llmErrors'
>;

/** Records metrics of calls to vendors. */
export function createRecorder(
  metrics: LlmMetrics,
  traceIdOf: (context: Context) => string | undefined,
): (report: LlmCallReport) => void {
  return (report) => {
    const { workflow, provider, model, durationMs, timeToFirstTokenMs, errorType, runId } = report;
    const traceId = traceIdOf(report.trace);
    const outcome = errorType === null ? 'succeeded' : 'failed';
    metrics.llmRequestDuration.observe(
      { workflow, provider, model, outcome },
      durationMs / 1000,
      traceId,
      runId,
    );
    if (timeToFirstTokenMs !== null) {
      metrics.llmTimeToFirstToken.observe(
        { provider, model },
        timeToFirstTokenMs / 1000,
        traceId,
        runId,
      );
    }
    if (errorType !== null) metrics.llmErrors.inc({ provider, model, error_type: errorType });
    const isRefused = errorType === 'llm_rate_limited';
    metrics.llmCalls.inc({ provider, outcome: isRefused ? 'rate_limited' : outcome });
    recordUsage(metrics, report);
  };
}

function recordUsage(metrics: LlmMetrics, report: LlmCallReport): void {
  const { workflow, owner, provider, model, usage } = report;
  if (!usage) return;
  const { inputTokens, outputTokens, costUsd } = usage;
  const cached = report.cachedInputTokens;
  const reasoning = report.reasoningOutputTokens;
  const input = { workflow, provider, model, direction: 'input' } as const;
  const output = { workflow, provider, model, direction: 'output' } as const;
  metrics.llmTokens.inc({ ...input, type: 'plain' }, Math.max(0, inputTokens - cached));
  metrics.llmTokens.inc({ ...input, type: 'cached' }, cached);
  metrics.llmTokens.inc({ ...output, type: 'plain' }, Math.max(0, outputTokens - reasoning));
  metrics.llmTokens.inc({ ...output, type: 'reasoning' }, reasoning);
  if (costUsd === null) return;
  metrics.llmCost.inc({ workflow, provider, model }, costUsd);
  metrics.ownerLlmCost.inc({ owner }, costUsd);
}

/** Creates the series of a workflow's calls at zero, before the first call. */
export function expectCalls(
  metrics: Pick<LlmMetrics, 'llmTokens' | 'llmCost'>,
  { workflow, provider, model }: Pick<LlmCallReport, 'workflow' | 'provider' | 'model'>,
): void {
  const labels = { workflow, provider, model };
  metrics.llmCost.inc(labels, 0);
  for (const type of ['plain', 'cached'] as const)
    metrics.llmTokens.inc({ ...labels, direction: 'input', type }, 0);
  for (const type of ['plain', 'reasoning'] as const)
    metrics.llmTokens.inc({ ...labels, direction: 'output', type }, 0);
}

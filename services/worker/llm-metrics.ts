import type { Metrics } from '@aio/catalog/instruments';
import type { Context } from '@opentelemetry/api';
import type { LlmCallReport } from './steps/llm.ts';

/** Makes metrics of the calls of the vendors. */
export function createRecorder(
  metrics: Pick<
    Metrics<'worker'>,
    'llmTokens' | 'llmCost' | 'llmRequestDuration' | 'llmTimeToFirstToken' | 'llmErrors'
  >,
  traceIdOf: (context: Context) => string | undefined,
): (report: LlmCallReport) => void {
  return ({ provider, model, usage, durationMs, timeToFirstTokenMs, errorType, trace, runId }) => {
    const traceId = traceIdOf(trace);
    const outcome = errorType === null ? 'succeeded' : 'failed';
    metrics.llmRequestDuration.observe(
      { provider, model, outcome },
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
    if (!usage) return;
    metrics.llmTokens.inc({ provider, model, direction: 'input' }, usage.inputTokens);
    metrics.llmTokens.inc({ provider, model, direction: 'output' }, usage.outputTokens);
    if (usage.costUsd !== null) metrics.llmCost.inc({ provider, model }, usage.costUsd);
  };
}

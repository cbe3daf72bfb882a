import type { Metrics } from '@aio/catalog/metrics/instruments';
import type { Logger } from '@aio/runtime/logger';
import type { Tracing } from '@aio/runtime/tracing';
import type { AttemptMetrics } from './attempt-metrics.ts';
import type { EngineSpans } from './engine-spans.ts';
import type { ContextOfRun } from './run-contexts.ts';

/** What the events of the engine become: metrics, spans and log lines. */
export interface Signals {
  metrics: Metrics<'worker'>;
  attempts: AttemptMetrics;
  tracing: Tracing;
  spans: EngineSpans;
  contextOf: ContextOfRun;
  log: Logger;
  workerId: string;
}

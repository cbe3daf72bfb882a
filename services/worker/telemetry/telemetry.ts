import type { Metrics } from '@aio/catalog/metrics/instruments';
import { keyOf } from '@aio/core/run/step-state';
import { logEvent } from '@aio/runtime/log-event';
import type { Logger } from '@aio/runtime/logger';
import { chooseRunSpan, stepSpanId } from '@aio/runtime/run-span';
import { isSampled, sampledTraceId } from '@aio/runtime/trace-context';
import type { Tracing } from '@aio/runtime/tracing';
import { context, trace } from '@opentelemetry/api';
import type { Observer } from '../engine/observer.ts';
import { observeAttempts } from './attempt-events.ts';
import { AttemptMetrics } from './attempt-metrics.ts';
import { EngineSpans } from './engine-spans.ts';
import type { Signals } from './signals.ts';
import { createRunContexts } from './run-contexts.ts';
import { observeRuns } from './run-events.ts';
import { observeSteps } from './step-events.ts';

/** Turns events of the engine into metrics, spans and log lines. Its methods may be passed as functions. */
export function createObserver(deps: {
  metrics: Metrics<'worker'>;
  tracing: Tracing;
  log: Logger;
  workerId: string;
}): Observer {
  const contextOf = createRunContexts();
  const signals: Signals = {
    ...deps,
    contextOf,
    attempts: new AttemptMetrics(deps.metrics, contextOf),
    spans: new EngineSpans({ ...deps, contextOf }),
  };
  return {
    ...lookUpSpans(signals),
    ...observeRuns(signals),
    ...observeSteps(signals),
    ...observeAttempts(signals),
    ...observeEngine(signals),
  };
}

type SpanLookUps = Pick<
  Observer,
  'stepSpanId' | 'stepContext' | 'jobSpanId' | 'jobContext' | 'newChildSpan'
>;

function lookUpSpans({ contextOf, spans }: Signals): SpanLookUps {
  return {
    stepSpanId: (run, step) =>
      sampledTraceId(contextOf(run)) === undefined ? null : stepSpanId(run.id, keyOf(step)),

    stepContext: (run, step) => spans.stepContext(run, keyOf(step)),

    jobSpanId() {
      const job = trace.getSpanContext(context.active());
      return job !== undefined && isSampled(job) ? job.spanId : null;
    },

    jobContext: () => context.active(),

    newChildSpan: (run, step) =>
      chooseRunSpan(trace.getSpanContext(spans.stepContext(run, keyOf(step)))),
  };
}

function observeEngine({
  metrics,
  spans,
  log,
}: Signals): Pick<Observer, 'found' | 'worked' | 'committed' | 'troubled'> {
  return {
    worked: (run, work) => spans.worked(run, work),

    found(find, count) {
      if (count > 0) metrics.reconcilerFinds.inc({ find }, count);
    },

    committed(runs, durationMs) {
      metrics.commitRuns.observe({}, runs);
      metrics.commitDuration.observe({}, durationMs / 1000);
    },

    troubled(what, error) {
      const message = `The engine could not ${what}; it tries again`;
      logEvent(log, 'engineTroubled', { err: error, what }, { message });
    },
  };
}

import { trace } from '@opentelemetry/api';
import { AIO } from '@aio/catalog/traces/attributes';
import type { LabelsOf, Metrics } from '@aio/catalog/metrics/instruments';
import { contextOfStep, describeRun, placeOfRunSpan, stepSpanId } from './run-span.ts';
import {
  contextFromTraceparent,
  linksToCause,
  exemplarOf,
  sampledTraceId,
  traceparentOf,
} from './trace-context.ts';
import type { Tracing } from './tracing.ts';

/** A run that ended as cancelled. */
export interface CancelledRun {
  id: string;
  workflowName: string;
  /** Subject of the user or client that started it. */
  owner: string;
  /** Version of the workflow. */
  version: number;
  /** The run that it retries. */
  retryOf: string | null;
  /** The run that it replays. */
  replayOf: string | null;
  createdAt: Date;
  finishedAt: Date;
  /** Ids of the run's span and of its parent; null = not traced. */
  traceparent: string | null;
  parentSpanId: string | null;
  tracestate: string | null;
  stepsTotal: number;
  /** Open steps, and attempts that ended with them, by kind. */
  closed: readonly { kind: string; steps: number; attempts: number }[];
  /** Open steps that had been ready, if the run is traced. */
  begun: readonly {
    step: string;
    /** -1 = the step itself. */
    iteration: number;
    kind: string;
    attempt: number;
    /** When its first attempt became ready, in milliseconds since 1970. */
    firstReadyAtMs: number;
  }[];
}

/** Records the end of a cancelled run. The process that cancelled it calls this, because no worker holds the run. */
export function recordCancelledRun(
  deps: {
    metrics: Pick<
      Metrics<'api'>,
      | 'runDuration'
      | 'workflowRunsEnded'
      | 'runsEnded'
      | 'ownerRunsEnded'
      | 'stepsFinished'
      | 'stepAttempts'
    >;
    tracing: Pick<Tracing, 'recordSpan'>;
  },
  run: CancelledRun,
): void {
  const { metrics, tracing } = deps;
  const { workflowName, createdAt, finishedAt } = run;
  const place = placeOfRunSpan(run);
  const ofWorkflow = { workflow: workflowName, heldBy: run.owner };
  metrics.runDuration.observe(
    ofWorkflow,
    Math.max(0, finishedAt.getTime() - createdAt.getTime()) / 1000,
    exemplarOf(sampledTraceId(place.parent), run.id),
  );
  metrics.workflowRunsEnded.inc({ ...ofWorkflow, outcome: 'cancelled' });
  metrics.runsEnded.inc({ outcome: 'cancelled' });
  metrics.ownerRunsEnded.inc({ owner: run.owner, outcome: 'cancelled' });
  for (const { kind, steps, attempts } of run.closed) {
    // Safe: the label values are generated from core's kinds.
    const labels = { kind: kind as LabelsOf<'stepsFinished'>['kind'] };
    metrics.stepsFinished.inc({ ...labels, status: 'cancelled' }, steps);
    metrics.stepAttempts.inc({ ...labels, outcome: 'cancelled' }, attempts);
  }
  recordSteps(deps, run);
  const request = trace.getActiveSpan();
  tracing.recordSpan(
    'run',
    { workflow: workflowName },
    {
      ...place,
      startTime: createdAt,
      endTime: finishedAt,
      links: request === undefined ? [] : linksToCause(traceparentOf(request)),
      attributes: {
        ...describeRun(run, run.version),
        [AIO.runStatus]: 'cancelled',
        [AIO.runStepsTotal]: run.stepsTotal,
      },
    },
  );
}

/** Spans of the open steps, parents of everything that the steps did so far. */
function recordSteps(
  { tracing }: { tracing: Pick<Tracing, 'recordSpan'> },
  run: CancelledRun,
): void {
  const ofRun = contextFromTraceparent(run.traceparent, run.tracestate);
  for (const { step, iteration, kind, attempt, firstReadyAtMs } of run.begun) {
    const map = { step, iteration: -1 };
    tracing.recordSpan(
      'step',
      { kind },
      {
        parent: iteration === -1 ? ofRun : contextOfStep(ofRun, run.id, map),
        spanId: stepSpanId(run.id, { step, iteration }),
        startTime: firstReadyAtMs,
        endTime: run.finishedAt,
        attributes: {
          [AIO.runId]: run.id,
          [AIO.workflowName]: run.workflowName,
          [AIO.stepId]: step,
          [AIO.stepKind]: kind,
          [AIO.stepAttempt]: attempt,
          ...(iteration === -1 ? {} : { [AIO.stepIteration]: iteration }),
          [AIO.stepStatus]: 'cancelled',
        },
        errorType: 'cancelled',
      },
    );
  }
}

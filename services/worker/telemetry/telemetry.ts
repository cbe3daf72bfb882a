import { AIO } from '@aio/catalog/attributes';
import type { Metrics } from '@aio/catalog/instruments';
import type { RunState } from '@aio/core/run/run-state';
import { isInLane, keyOf, type StepState } from '@aio/core/run/step-state';
import { recordCancelledRun } from '@aio/runtime/cancelled-run';
import type { Logger } from '@aio/runtime/logger';
import { chooseRunSpan, stepSpanId } from '@aio/runtime/run-span';
import { contextFromTraceparent, isSampled, sampledTraceId } from '@aio/runtime/trace-context';
import { markFailed, type Tracing } from '@aio/runtime/tracing';
import { logEvent } from '@aio/runtime/log-event';
import { context, type Context, trace } from '@opentelemetry/api';
import {
  type AttemptOutcome,
  beginsInLane,
  errorTypeOf,
  fieldsOf,
  isLaneKind,
  kindOf,
  outcomeOf,
  queueTimeMs,
  runError,
  runFields,
  stepAttributes,
  stepError,
} from './describe-work.ts';
import { createEngineSpans } from './engine-spans.ts';
import type { Observer, TracedRun } from '../engine/observer.ts';
import { createExpectedSeries } from './expected-series.ts';

/** Turns events of the engine into metrics, spans and log lines. */
export function createObserver(deps: {
  metrics: Metrics<'worker'>;
  tracing: Tracing;
  log: Logger;
  workerId: string;
}): Observer {
  const { metrics, tracing, log } = deps;
  const contextOf = createRunContexts();
  const spans = createEngineSpans({ ...deps, contextOf });
  const expected = createExpectedSeries(metrics);

  function countAttempt(
    run: TracedRun,
    step: StepState,
    { outcome, endedAtMs, errorType }: AttemptCount,
  ): void {
    const kind = kindOf(step);
    const ofStep = { workflow: run.workflowName, step: step.step.id };
    if (errorType !== null && outcome !== 'cancelled')
      metrics.stepFailures.inc({ kind, error_type: errorType });
    if (outcome === 'failed') metrics.workflowStepFailures.inc(ofStep);
    if (step.startedAtMs === null) return;
    const seconds = secondsBetween(step.startedAtMs, endedAtMs);
    const traceId = sampledTraceId(contextOf(run));
    metrics.stepExecution.observe({ kind, outcome }, seconds, traceId, run.id);
    if (isLaneKind(kind) && (outcome === 'succeeded' || outcome === 'failed'))
      metrics.workflowStepTime.observe(ofStep, seconds, traceId, run.id);
  }

  function attemptEnded(run: RunState, step: StepState, count: AttemptCount): void {
    metrics.stepAttempts.inc({ kind: kindOf(step), outcome: count.outcome });
    countAttempt(run.claim, step, count);
  }

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

    attemptStarted(run, step) {
      const { readyAtMs, startedAtMs } = step;
      if (readyAtMs === null || startedAtMs === null) return;
      metrics.stepQueueTime.observe(
        { kind: kindOf(step) },
        secondsBetween(readyAtMs, startedAtMs),
        sampledTraceId(contextOf(run.claim)),
        run.claim.id,
      );
      spans.waitEnded(run, step, readyAtMs);
      if (isInLane(step)) spans.attemptQueued(run, step, startedAtMs);
    },

    attemptFailed(run, step, failure, endedAtMs) {
      metrics.stepRetries.inc({ kind: kindOf(step) });
      attemptEnded(run, step, { outcome: 'failed', endedAtMs, errorType: failure.code });
    },

    attemptLost(run, step, endedAtMs) {
      attemptEnded(run, step, { outcome: 'worker_lost', endedAtMs, errorType: 'worker_lost' });
      spans.jobLost(run, step, endedAtMs);
      logEvent(log, 'attemptLost', fieldsOf(run.claim, step));
    },

    attemptExecuted(run, step, { startedAtMs, endedAtMs, eventLoopActiveMs, errorType }) {
      const executed = { ...step, startedAtMs };
      const job = trace.getActiveSpan();
      job?.setAttributes({
        ...stepAttributes(run, step),
        [AIO.queueTimeMs]: queueTimeMs(executed),
        [AIO.executionTimeMs]: Math.max(0, endedAtMs - startedAtMs),
        [AIO.eventLoopActiveMs]: eventLoopActiveMs,
        [AIO.workerId]: deps.workerId,
      });
      if (job && errorType !== null) markFailed(job, errorType);
      // The cancel has already counted the attempt; only the executor knows how long it took.
      if (errorType === 'cancelled')
        countAttempt(run, executed, { outcome: 'cancelled', endedAtMs, errorType });
    },

    stepEnded(run, step, end) {
      const endedAtMs = end.atMs;
      metrics.stepsFinished.inc({ kind: kindOf(step), status: end.status });
      if (end.error?.code === 'poison') {
        metrics.poisonSteps.inc();
        spans.jobLost(run, step, endedAtMs);
      }
      if (end.status === 'cancelled' && isInLane(step) && step.waitingSinceMs === null)
        spans.attemptQueued(run, step, hasStarted(step) ? step.startedAtMs! : endedAtMs);
      if (step.attempt > 0) spans.waitEnded(run, step, endedAtMs, end);
      if (end.endsAttempt && step.attempt > 0 && step.startedAtMs !== null) {
        if (end.status === 'cancelled' && isInLane(step))
          metrics.stepAttempts.inc({ kind: kindOf(step), outcome: 'cancelled' });
        else
          attemptEnded(run, step, {
            outcome: outcomeOf(end),
            endedAtMs,
            errorType: errorTypeOf(end),
          });
      }
      spans.stepEnded(run, step, end);
      if (end.status === 'failed') {
        logEvent(log, 'stepFailed', { ...fieldsOf(run.claim, step), error: stepError(end.error) });
      }
    },

    runClaimed(run) {
      const { claim } = run;
      metrics.runClaims.inc({ outcome: 'claimed' });
      expected.run(run);
      if (claim.was === 'queued') {
        metrics.runQueueTime.observe(
          { begins_with: beginsInLane(run) ? 'lane' : 'inline' },
          secondsBetween(claim.createdAtMs, claim.nowMs),
          sampledTraceId(contextOf(claim)),
          claim.id,
        );
        spans.runQueued(claim);
      }
      if (claim.takenFrom !== null) {
        metrics.leaseTakeovers.inc();
        metrics.leaseTakenOverAt.set({ worker: claim.takenFrom }, claim.nowMs / 1000);
      }
      logEvent(log, 'runClaimed', { ...runFields(claim), epoch: claim.epoch, was: claim.was });
    },

    workflowsStored(names) {
      names.forEach(expected.workflow);
    },

    claimFailed(error) {
      metrics.runClaims.inc({ outcome: 'failed' });
      logEvent(log, 'claimFailed', { err: error });
    },

    found(find, count) {
      if (count > 0) metrics.reconcilerFinds.inc({ find }, count);
    },

    runEnded(run, endedAtMs) {
      const { claim } = run;
      if (run.failure?.code === 'poison' && run.failure.step === undefined)
        metrics.poisonSteps.inc();
      const outcome = run.status === 'succeeded' ? 'succeeded' : 'failed';
      metrics.runDuration.observe(
        { workflow: claim.workflowName, outcome },
        secondsBetween(claim.createdAtMs, endedAtMs),
        sampledTraceId(contextOf(run.claim)),
        run.claim.id,
      );
      metrics.runsEnded.inc({ outcome });
      metrics.ownerRunsEnded.inc({ owner: claim.owner, outcome });
      spans.runEnded(run, endedAtMs);
      logEvent(log, 'runEnded', {
        ...runFields(run.claim),
        run_status: run.status,
        duration_ms: Math.round(endedAtMs - claim.createdAtMs),
        ...(run.status === 'failed' ? { error: runError(run.failure) } : {}),
      });
    },

    runLost(run) {
      metrics.leasesLost.inc();
      logEvent(log, 'runLost', { ...runFields(run.claim), epoch: run.claim.epoch });
    },

    runsCancelled(runs) {
      for (const run of runs) recordCancelledRun({ metrics, tracing }, run);
    },

    committed(runs, durationMs) {
      metrics.commitRuns.observe({}, runs);
      metrics.commitDuration.observe({}, durationMs / 1000);
    },

    stepLogged(run, step, severity, message, fields) {
      const said = { ...fields, ...fieldsOf(run, step) };
      logEvent(log, 'stepLogged', said, { severity, message });
    },

    troubled(what, error) {
      const message = `The engine could not ${what}; it tries again`;
      logEvent(log, 'engineTroubled', { err: error, what }, { message });
    },
  };
}

interface AttemptCount {
  outcome: AttemptOutcome;
  endedAtMs: number;
  errorType: string | null;
}

/** Whether the latest attempt started: an earlier attempt started before this one was ready. */
function hasStarted({ readyAtMs, startedAtMs }: StepState): boolean {
  return startedAtMs !== null && startedAtMs >= (readyAtMs ?? 0);
}

function secondsBetween(fromMs: number, toMs: number): number {
  return Math.max(0, toMs - fromMs) / 1000;
}

/** Returns the context of a run's span, which is the parent of its steps' spans. */
function createRunContexts(): (run: TracedRun) => Context {
  const contexts = new WeakMap<TracedRun, Context>();
  /** Consecutive events mostly concern one run, and map look-ups took 2 % of a worker's time. */
  let latest: { run: TracedRun; context: Context } | null = null;

  return (run) => {
    if (latest?.run === run) return latest.context;
    let context = contexts.get(run);
    if (!context) {
      context = contextFromTraceparent(run.traceparent, run.tracestate);
      contexts.set(run, context);
    }
    latest = { run, context };
    return context;
  };
}

import { AIO, ATTRIBUTES } from '@aio/catalog/attributes';
import type { Metrics } from '@aio/catalog/instruments';
import { RUN_QUEUE } from '@aio/core/run/jobs';
import type { RunState } from '@aio/core/run/run-state';
import { isInLane, type StepEnd, type StepState } from '@aio/core/run/step-state';
import { recordCancelledRun } from '@aio/runtime/cancelled-run';
import type { Logger } from '@aio/runtime/logger';
import { chooseRunSpan, placeOfRunSpan } from '@aio/runtime/run-span';
import { newSpanId } from '@aio/runtime/span-ids';
import type { Tracing } from '@aio/runtime/tracing';
import { contextOfOpenSpan, linksToCause, sampledTraceId } from '@aio/runtime/trace-context';
import { type Context, type Link, trace } from '@opentelemetry/api';
import {
  beginsInLane,
  decisionOf,
  errorTypeOf,
  fieldsOf,
  kindOf,
  outcomeOf,
  parentLinks,
  runError,
  runFields,
  spanIdOfMap,
  stepAttributes,
  stepError,
  type AttemptOutcome,
} from './describe-work.ts';
import type { Observer, TracedRun } from './observer.ts';
import { createRunContexts } from './run-contexts.ts';

/** Makes metrics, spans and log lines of what the engine tells. */
export function createObserver(deps: {
  metrics: Metrics<'worker'>;
  tracing: Tracing;
  log: Logger;
  workerId: string;
}): Observer {
  const { metrics, tracing, log } = deps;
  const contextOf = createRunContexts();

  function attemptEnded(
    run: RunState,
    step: StepState,
    outcome: AttemptOutcome,
    endedAtMs: number,
    errorType: string | null,
  ): void {
    metrics.stepAttempts.inc({ kind: kindOf(step), outcome });
    recordAttempt(run.claim, step, outcome, endedAtMs, errorType, placeOf(run, step));
  }

  function recordAttempt(
    run: TracedRun,
    step: StepState,
    outcome: AttemptOutcome,
    endedAtMs: number,
    errorType: string | null,
    place: { parent: Context; links: Link[]; parents: string[] } | null,
  ): void {
    const kind = kindOf(step);
    if (errorType !== null) metrics.stepFailures.inc({ kind, error_type: errorType });
    if (step.startedAtMs === null) return;
    const traceId = sampledTraceId(contextOf(run));
    metrics.stepExecution.observe(
      { kind, outcome },
      secondsBetween(step.startedAtMs, endedAtMs),
      traceId,
    );
    if (step.spanId === null || traceId === undefined) return;
    tracing.recordSpan(
      'step',
      { kind },
      {
        parent: place?.parent ?? contextOf(run),
        spanId: step.spanId,
        startTime: step.startedAtMs,
        endTime: endedAtMs,
        links: place?.links ?? [],
        attributes: {
          ...stepAttributes(run, step),
          [AIO.stepStatus]: outcome,
          ...(place && { [AIO.stepParents]: place.parents }),
          [AIO.queueTimeMs]: Math.max(0, step.startedAtMs - (step.readyAtMs ?? step.startedAtMs)),
          [AIO.workerId]: step.workerId ?? deps.workerId,
        },
        errorType,
      },
    );
  }

  /** Where an attempt's span lies, and what its step waited for. */
  function placeOf(run: RunState, step: StepState) {
    const traceId = sampledTraceId(contextOf(run.claim));
    return {
      parent: contextAbove(run, step),
      links: traceId === undefined ? [] : parentLinks(run, step, traceId),
      parents: step.step.needs.map((index) => run.plan.steps[index]!.id),
    };
  }

  /** Items are below their map. */
  function contextAbove(run: RunState, { step, iteration }: StepState): Context {
    const mapSpanId = iteration === -1 ? null : spanIdOfMap(run, step.index);
    return mapSpanId === null
      ? contextOf(run.claim)
      : contextOfOpenSpan(contextOf(run.claim), mapSpanId);
  }

  /** @param end of the step, if it ends with the wait */
  function recordWait(
    run: RunState,
    step: StepState,
    parent: Context,
    endTime: number,
    end: StepEnd | null = null,
  ): void {
    if (step.waitingSinceMs === null) return;
    const approval =
      step.approvalId === null || end === null
        ? {}
        : { [AIO.approvalId]: step.approvalId, [AIO.approvalDecision]: decisionOf(end) };
    tracing.recordSpan(
      kindOf(step) === 'approval' ? 'approval' : 'wait',
      { kind: kindOf(step) },
      {
        parent,
        startTime: step.waitingSinceMs,
        endTime,
        attributes: { ...stepAttributes(run.claim, step), ...approval },
        links: linksToCause(end?.causedBy),
      },
    );
    step.waitingSinceMs = null;
  }

  function attemptContext(run: TracedRun, spanId: string | null): Context {
    return spanId === null ? contextOf(run) : contextOfOpenSpan(contextOf(run), spanId);
  }

  return {
    newSpanId: (run) => (sampledTraceId(contextOf(run)) === undefined ? null : newSpanId()),

    attemptContext,

    newChildSpan: (run, step) =>
      chooseRunSpan(trace.getSpanContext(attemptContext(run, step.spanId))),

    attemptStarted(run, step) {
      const { readyAtMs, startedAtMs } = step;
      if (readyAtMs === null || startedAtMs === null) return;
      metrics.stepQueueTime.observe(
        { kind: kindOf(step) },
        secondsBetween(readyAtMs, startedAtMs),
        sampledTraceId(contextOf(run.claim)),
      );
      recordWait(run, step, contextAbove(run, step), readyAtMs);
    },

    attemptFailed(run, step, failure, endedAtMs) {
      metrics.stepRetries.inc({ kind: kindOf(step) });
      attemptEnded(run, step, 'failed', endedAtMs, failure.code);
    },

    attemptLost(run, step, endedAtMs) {
      attemptEnded(run, step, 'worker_lost', endedAtMs, 'worker_lost');
      log.warn(fieldsOf(run.claim, step), 'An attempt died with its worker');
    },

    stepEnded(run, step, end) {
      const endedAtMs = end.atMs;
      metrics.stepsFinished.inc({ kind: kindOf(step), status: end.status });
      if (end.error?.code === 'poison') metrics.poisonSteps.inc();
      if (step.attempt > 0 && step.startedAtMs !== null) {
        if (step.waitingSinceMs !== null && step.spanId !== null) {
          recordWait(
            run,
            step,
            contextOfOpenSpan(contextOf(run.claim), step.spanId),
            endedAtMs,
            end,
          );
        }
        // What ran in a lane is still under way: its executor tells how long it took.
        if (end.status === 'cancelled' && isInLane(step))
          metrics.stepAttempts.inc({ kind: kindOf(step), outcome: 'cancelled' });
        else attemptEnded(run, step, outcomeOf(end), endedAtMs, errorTypeOf(end));
      }
      if (end.status === 'failed') {
        log.warn({ ...fieldsOf(run.claim, step), error: stepError(end.error) }, 'A step failed');
      }
    },

    runClaimed(run, loadMs) {
      const { claim } = run;
      metrics.runClaims.inc({ outcome: 'claimed' });
      if (claim.was === 'queued')
        metrics.runQueueTime.observe(
          { begins_with: beginsInLane(run) ? 'lane' : 'inline' },
          secondsBetween(claim.createdAtMs, claim.nowMs),
          sampledTraceId(contextOf(claim)),
        );
      if (claim.was === 'abandoned') metrics.leaseTakeovers.inc();
      tracing.recordSpan(
        'claim',
        { queue: RUN_QUEUE },
        {
          parent: contextOf(claim),
          startTime: claim.nowMs,
          endTime: claim.nowMs + loadMs,
          attributes: {
            [ATTRIBUTES.messagingSystem]: 'bullmq',
            [ATTRIBUTES.messagingDestinationName]: RUN_QUEUE,
            [ATTRIBUTES.messagingOperationName]: 'process',
            [ATTRIBUTES.messagingOperationType]: 'process',
            [AIO.runId]: claim.id,
            [AIO.workerId]: deps.workerId,
          },
        },
      );
      log.debug({ run_id: claim.id, epoch: claim.epoch, was: claim.was }, 'Run claimed');
    },

    claimFailed(error) {
      metrics.runClaims.inc({ outcome: 'failed' });
      log.warn({ err: error }, 'What wants a worker could not be claimed');
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
      );
      tracing.recordSpan(
        'run',
        { workflow: claim.workflowName },
        {
          ...placeOfRunSpan(claim),
          startTime: claim.createdAtMs,
          endTime: endedAtMs,
          links: linksToCause(claim.retriedTraceparent),
          attributes: {
            [AIO.runId]: claim.id,
            [AIO.workflowName]: claim.workflowName,
            [AIO.workflowVersion]: run.version,
            ...(claim.retryOf === null ? {} : { [AIO.runRetryOf]: claim.retryOf }),
            [AIO.runStatus]: run.status,
            [AIO.runStepsTotal]: run.stepsTotal,
          },
          errorType: run.status === 'failed' ? (run.failure?.code ?? 'failed') : null,
        },
      );
      log.info(
        {
          ...runFields(run.claim),
          workflow: claim.workflowName,
          status: run.status,
          duration_ms: Math.round(endedAtMs - claim.createdAtMs),
          ...(run.status === 'failed' ? { error: runError(run.failure) } : {}),
        },
        'Run ended',
      );
    },

    runLost(run) {
      metrics.leasesLost.inc();
      log.warn(
        { ...runFields(run.claim), epoch: run.claim.epoch },
        'A run was cancelled or taken over',
      );
    },

    attemptCancelled(run, step, endedAtMs) {
      // Whoever cancelled the step has counted the attempt.
      recordAttempt(run, step, 'cancelled', endedAtMs, 'cancelled', null);
    },

    runsCancelled(runs) {
      for (const run of runs) recordCancelledRun({ metrics, tracing }, run);
    },

    committed(runs, durationMs) {
      metrics.commitRuns.observe({}, runs);
      metrics.commitDuration.observe({}, durationMs / 1000);
    },

    stepLogged(run, step, level, message, fields) {
      log[level]({ ...fields, ...fieldsOf(run, step) }, message);
    },

    troubled(what, error) {
      log.warn({ err: error }, `Trouble with ${what}; it is tried again`);
    },
  };
}

function secondsBetween(fromMs: number, toMs: number): number {
  return Math.max(0, toMs - fromMs) / 1000;
}

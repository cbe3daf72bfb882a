import { AIO, ATTRIBUTES } from '@aio/catalog/attributes';
import type { Metrics } from '@aio/catalog/instruments';
import { FRESH_CHANNEL, WAKE_UP_QUEUE } from '@aio/core/wake-up';
import { recordCancelledRun } from '@aio/runtime/cancelled-run';
import type { Logger } from '@aio/runtime/logger';
import { chooseRunSpan, placeOfRunSpan } from '@aio/runtime/run-span';
import { newSpanId } from '@aio/runtime/span-ids';
import type { Tracing } from '@aio/runtime/tracing';
import { contextOfOpenSpan, linksToCause, sampledTraceId } from '@aio/runtime/trace-context';
import { trace, type Context } from '@opentelemetry/api';
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
import type { HeldRun } from './engine/held-run.ts';
import type { Observer, TracedRun, TracedUnit } from './engine/observer.ts';
import type { Unit, UnitEnd } from './engine/unit.ts';
import { createRunContexts } from './run-contexts.ts';

const FINDS = {
  queued: 'queued',
  waiting: 'due',
  handed_back: 'handed_back',
  abandoned: 'lease_expired',
} as const;

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
    run: HeldRun,
    unit: Unit,
    outcome: AttemptOutcome,
    endedAtMs: number,
    errorType: string | null,
  ): void {
    metrics.stepAttempts.inc({ kind: kindOf(unit), outcome });
    recordAttempt(run, unit, outcome, endedAtMs, errorType);
  }

  function recordAttempt(
    run: HeldRun,
    unit: Unit,
    outcome: AttemptOutcome,
    endedAtMs: number,
    errorType: string | null,
  ): void {
    const kind = kindOf(unit);
    if (errorType !== null) metrics.stepFailures.inc({ kind, error_type: errorType });
    if (unit.startedAtMs === null) return;
    const traceId = sampledTraceId(contextOf(run));
    metrics.stepExecution.observe(
      { kind, outcome },
      secondsBetween(unit.startedAtMs, endedAtMs),
      traceId,
    );
    if (unit.spanId === null || traceId === undefined) return;
    tracing.recordSpan(
      'step',
      { kind: kindOf(unit) },
      {
        parent: contextAbove(run, unit),
        spanId: unit.spanId,
        startTime: unit.startedAtMs,
        endTime: endedAtMs,
        links: parentLinks(run, unit, traceId),
        attributes: {
          ...stepAttributes(run, unit),
          [AIO.stepStatus]: outcome,
          [AIO.stepParents]: unit.step.needs.map((index) => run.plan.steps[index]!.id),
          [AIO.queueTimeMs]: Math.max(0, unit.startedAtMs - (unit.readyAtMs ?? unit.startedAtMs)),
          [AIO.workerId]: unit.workerId ?? deps.workerId,
        },
        errorType,
      },
    );
  }

  /** Items are below their map. */
  function contextAbove(run: HeldRun, { step, iteration }: Unit): Context {
    const mapSpanId = iteration === -1 ? null : spanIdOfMap(run, step.index);
    return mapSpanId === null ? contextOf(run) : contextOfOpenSpan(contextOf(run), mapSpanId);
  }

  /** @param end of the step, if it ends with the wait */
  function recordWait(
    run: HeldRun,
    unit: Unit,
    parent: Context,
    endTime: number,
    end: UnitEnd | null = null,
  ): void {
    if (unit.waitingSinceMs === null) return;
    const approval =
      unit.approvalId === null || end === null
        ? {}
        : { [AIO.approvalId]: unit.approvalId, [AIO.approvalDecision]: decisionOf(end) };
    tracing.recordSpan(
      kindOf(unit) === 'approval' ? 'approval' : 'wait',
      { kind: kindOf(unit) },
      {
        parent,
        startTime: unit.waitingSinceMs,
        endTime,
        attributes: { ...stepAttributes(run, unit), ...approval },
        links: linksToCause(end?.causedBy),
      },
    );
    unit.waitingSinceMs = null;
  }

  function attemptContext(run: TracedRun, { spanId }: TracedUnit): Context {
    return spanId === null ? contextOf(run) : contextOfOpenSpan(contextOf(run), spanId);
  }

  return {
    newSpanId: (run) => (sampledTraceId(contextOf(run)) === undefined ? null : newSpanId()),

    attemptContext,

    chooseChildSpan: (run, unit) => chooseRunSpan(trace.getSpanContext(attemptContext(run, unit))),

    attemptStarted(run, unit) {
      const { readyAtMs, startedAtMs } = unit;
      if (readyAtMs === null || startedAtMs === null) return;
      metrics.stepQueueTime.observe(
        { kind: kindOf(unit) },
        secondsBetween(readyAtMs, startedAtMs),
        sampledTraceId(contextOf(run)),
      );
      recordWait(run, unit, contextAbove(run, unit), readyAtMs);
    },

    attemptFailed(run, unit, failure, endedAtMs) {
      metrics.stepRetries.inc({ kind: kindOf(unit) });
      attemptEnded(run, unit, 'failed', endedAtMs, failure.code);
    },

    attemptLost(run, unit, endedAtMs) {
      attemptEnded(run, unit, 'worker_lost', endedAtMs, 'worker_lost');
      log.warn(fieldsOf(run, unit), 'An attempt died with its worker');
    },

    unitEnded(run, unit, end) {
      const endedAtMs = end.atMs;
      metrics.stepsFinished.inc({ kind: kindOf(unit), status: end.status });
      if (end.error?.code === 'poison') metrics.poisonSteps.inc();
      if (unit.attempt > 0 && unit.startedAtMs !== null) {
        if (unit.waitingSinceMs !== null && unit.spanId !== null) {
          recordWait(run, unit, contextOfOpenSpan(contextOf(run), unit.spanId), endedAtMs, end);
        }
        attemptEnded(run, unit, outcomeOf(end), endedAtMs, errorTypeOf(end));
      }
      if (end.status === 'failed') {
        log.warn({ ...fieldsOf(run, unit), error: stepError(end.error) }, 'A step failed');
      }
    },

    runClaimed(run, loadMs, how) {
      const { claim } = run;
      const queue = how === 'rung' ? WAKE_UP_QUEUE : FRESH_CHANNEL;
      metrics.runClaims.inc({ outcome: 'claimed' });
      const claimedAtMs = how === 'rung' ? claim.nowMs : claim.nowMs + loadMs;
      if (claim.was === 'queued')
        metrics.runQueueTime.observe(
          { begins_with: beginsInLane(run) ? 'lane' : 'inline' },
          secondsBetween(claim.createdAtMs, claimedAtMs),
          sampledTraceId(contextOf(run)),
        );
      if (claim.was === 'abandoned') metrics.leaseTakeovers.inc();
      tracing.recordSpan(
        'claim',
        { queue },
        {
          parent: contextOf(run),
          startTime: claim.nowMs,
          endTime: claim.nowMs + loadMs,
          attributes: {
            [ATTRIBUTES.messagingSystem]: how === 'rung' ? 'bullmq' : 'redis',
            [ATTRIBUTES.messagingDestinationName]: queue,
            [ATTRIBUTES.messagingOperationName]: 'process',
            [ATTRIBUTES.messagingOperationType]: 'process',
            [AIO.runId]: claim.id,
            [AIO.workerId]: deps.workerId,
          },
        },
      );
      log.debug({ run_id: claim.id, epoch: claim.epoch, was: claim.was }, 'Run claimed');
    },

    runFound: ({ was }) => metrics.reconcilerFinds.inc({ find: FINDS[was] }),

    claimFailed(error) {
      metrics.runClaims.inc({ outcome: 'failed' });
      log.warn({ err: error }, 'What wants a worker could not be claimed');
    },

    stepsHanded: (what, steps) => metrics.stepsHanded.inc({ what }, steps),

    runEnded(run, endedAtMs) {
      const { claim } = run;
      if (run.failure?.code === 'poison' && run.failure.step === undefined)
        metrics.poisonSteps.inc();
      const outcome = run.status === 'succeeded' ? 'succeeded' : 'failed';
      metrics.runDuration.observe(
        { workflow: claim.workflowName, outcome },
        secondsBetween(claim.createdAtMs, endedAtMs),
        sampledTraceId(contextOf(run)),
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
          ...runFields(run),
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
      log.warn({ ...runFields(run), epoch: run.claim.epoch }, 'A run was cancelled or taken over');
    },

    attemptsCancelled(run, units, endedAtMs) {
      // Whoever cancelled the run has counted them, by the rows.
      for (const unit of units) recordAttempt(run, unit, 'cancelled', endedAtMs, 'cancelled');
    },

    runsCancelled(runs) {
      for (const run of runs) recordCancelledRun({ metrics, tracing }, run);
    },

    committed(runs, durationMs) {
      metrics.commitRuns.observe({}, runs);
      metrics.commitDuration.observe({}, durationMs / 1000);
    },

    stepLogged(run, unit, level, message, fields) {
      log[level]({ ...fields, ...fieldsOf(run, unit) }, message);
    },

    troubled(what, error) {
      log.warn({ err: error }, `Trouble with ${what}; it is tried again`);
    },
  };
}

function secondsBetween(fromMs: number, toMs: number): number {
  return Math.max(0, toMs - fromMs) / 1000;
}

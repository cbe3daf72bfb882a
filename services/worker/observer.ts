import type { Context } from '@opentelemetry/api';
import type { Failure } from '@aio/core/errors';
import type { StartedChild } from '@aio/core/run/rows';
import type { RunState } from '@aio/core/run/run-state';
import type { StepEnd, StepState } from '@aio/core/run/step-state';
import type { CancelledRun } from '@aio/platform/queries/cancel-run';

/** A run as far as telemetry names it: held here, or in part executed here. */
export interface TracedRun {
  id: string;
  workflowId: string;
  workflowName: string;
  traceparent: string | null;
  tracestate: string | null;
}

/** An attempt as far as telemetry names it. */
export type TracedStep = Pick<StepState, 'step' | 'work' | 'iteration' | 'attempt' | 'spanId'>;

/**
 * What the engine tells about its work. Metrics, spans and log lines are made of this in one place
 * (`telemetry.ts`); the engine itself knows none of them. Times are the database's milliseconds.
 */
export interface Observer {
  /** Id for the span of an attempt about to start; null = the run is not traced. */
  newSpanId(run: TracedRun): string | null;
  /** Parent for spans made while the attempt runs. */
  attemptContext(run: TracedRun, spanId: string | null): Context;
  /** The span of a run that the attempt starts. */
  newChildSpan(run: TracedRun, step: StepState): Pick<StartedChild, 'traceparent' | 'parentSpanId'>;
  attemptStarted(run: RunState, step: StepState): void;
  /** An attempt ended and another follows. */
  attemptFailed(run: RunState, step: StepState, failure: Failure, endedAtMs: number): void;
  /** An attempt was running when its worker died; told by the orchestrator. */
  attemptLost(run: RunState, step: StepState, endedAtMs: number): void;
  /** An attempt was aborted here, since its step was cancelled. */
  attemptCancelled(run: TracedRun, step: StepState, endedAtMs: number): void;
  stepEnded(run: RunState, step: StepState, end: StepEnd): void;
  /** @param loadMs from the claim to the run's being in memory */
  runClaimed(run: RunState, loadMs: number): void;
  claimFailed(error: unknown): void;
  runEnded(run: RunState, endedAtMs: number): void;
  runLost(run: RunState): void;
  /** Runs were ended that nobody waited for any more; no worker held them to the end. */
  runsCancelled(runs: readonly CancelledRun[]): void;
  /** The reconciler has found what was lost or is due. */
  found(
    find: 'queued' | 'due' | 'ready_steps' | 'lease_expired' | 'lost_attempts',
    count: number,
  ): void;
  /** One group commit. */
  committed(runs: number, durationMs: number): void;
  /** One line of a step's own log. */
  stepLogged(
    run: TracedRun,
    step: TracedStep,
    level: 'info' | 'warn' | 'error',
    message: string,
    fields?: Record<string, unknown>,
  ): void;
  /** The engine could not do something and tries again. */
  troubled(what: string, error: unknown): void;
}

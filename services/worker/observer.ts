import type { Context } from '@opentelemetry/api';
import type { Failure } from '@aio/core/errors';
import type { Moment, StartedChild } from '@aio/core/run/rows';
import type { RunState } from '@aio/core/run/run-state';
import type { StepEnd, StepState } from '@aio/core/run/step-state';
import type { CancelledRun } from '@aio/platform/queries/cancel-run';

/** A run as far as telemetry names it: held here, or in part executed here. */
export interface TracedRun {
  id: string;
  workflowId: string;
  workflowName: string;
  /** Subject of who started it. */
  owner: string;
  traceparent: string | null;
  tracestate: string | null;
}

/** An attempt as far as telemetry names it. */
export type TracedStep = Pick<StepState, 'step' | 'work' | 'iteration' | 'attempt' | 'spanId'>;

/** How the execution of an attempt in a lane went. */
export interface ExecutedAttempt {
  startedAtMs: Moment;
  endedAtMs: Moment;
  /** How long the process's event loop was busy meanwhile: what the attempt took beyond its call may be that. */
  eventLoopActiveMs: number;
  /** null = well. */
  errorType: string | null;
}

/**
 * What the engine tells about its work. Metrics, spans and log lines are made of this in one place
 * (`telemetry.ts`); the engine itself knows none of them. Times are the database's milliseconds.
 */
export interface Observer {
  /** Id of the span of a step; null = the run is not traced. */
  stepSpanId(run: TracedRun, step: StepState): string | null;
  /** Parent for spans that belong to a step. */
  stepContext(run: TracedRun, step: StepState): Context;
  /** Id of the span of the job that is being worked; null = it is not traced. */
  jobSpanId(): string | null;
  /** Parent for spans that belong to that job. */
  jobContext(): Context;
  /** The span of a run that the step starts. */
  newChildSpan(run: TracedRun, step: StepState): Pick<StartedChild, 'traceparent' | 'parentSpanId'>;
  attemptStarted(run: RunState, step: StepState): void;
  /** An attempt ended and another follows. */
  attemptFailed(run: RunState, step: StepState, failure: Failure, endedAtMs: number): void;
  /** An attempt was running when its worker died; told by the orchestrator. */
  attemptLost(run: RunState, step: StepState, endedAtMs: number): void;
  /** An attempt was executed here, as the job that is being worked. */
  attemptExecuted(run: TracedRun, step: StepState, executed: ExecutedAttempt): void;
  stepEnded(run: RunState, step: StepState, end: StepEnd): void;
  /** Workflows of which runs may come. */
  workflowsStored(names: readonly string[]): void;
  /** The run is in memory, as the job that is being worked. */
  runClaimed(run: RunState): void;
  claimFailed(error: unknown): void;
  runEnded(run: RunState, endedAtMs: number): void;
  runLost(run: RunState): void;
  /** Runs were ended that nobody waited for any more; no worker held them to the end. */
  runsCancelled(runs: readonly CancelledRun[]): void;
  /** The reconciler has sent jobs that Redis lacked, or freed what dead workers held. */
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

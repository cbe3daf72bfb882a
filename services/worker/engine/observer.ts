import type { Context } from '@opentelemetry/api';
import type { Failure } from '@aio/core/errors';
import type { Moment, StartedChild } from '@aio/core/run/rows';
import type { RunState } from '@aio/core/run/run-state';
import type { StepEnd, StepState } from '@aio/core/run/step-state';
import type { CancelledRun } from '@aio/platform/queries/runs/cancel-run';

/** The facts about a run that telemetry needs. This worker holds the run, or executes a step of it. */
export interface TracedRun {
  id: string;
  workflowId: string;
  workflowName: string;
  /** Subject of the user who started the run. */
  owner: string;
  traceparent: string | null;
  tracestate: string | null;
}

/** The facts about an attempt that telemetry needs. */
export type TracedStep = Pick<StepState, 'step' | 'work' | 'iteration' | 'attempt' | 'spanId'>;

/** What the engine did for a run, besides queues and steps. */
export type EngineWork = { sinceMs: Moment; untilMs: Moment; isOfJob?: true } & (
  | { type: 'load' }
  /** `step`: null = the run itself. */
  | { type: 'evaluate'; field: ExpressionField; step: StepState | null }
  /** `runs` in the same transaction; null = the result of an attempt. */
  | { type: 'commit'; runs: number | null }
);

export type ExpressionField = 'if' | 'over' | 'with' | 'output';

/**
 * Events of the engine. `telemetry/` turns them into metrics, spans and log lines, so the engine knows nothing of telemetry.
 * Times are milliseconds of the database's clock.
 */
export interface Observer {
  /** Id of the step's span; null = the run is not traced. */
  stepSpanId(run: TracedRun, step: StepState): string | null;
  /** Parent for spans that belong to a step. */
  stepContext(run: TracedRun, step: StepState): Context;
  /** Id of the span of the current job; null = it is not traced. */
  jobSpanId(): string | null;
  /** Parent for spans that belong to the current job. */
  jobContext(): Context;
  /** Chooses the span of a child run that the step starts. */
  newChildSpan(run: TracedRun, step: StepState): Pick<StartedChild, 'traceparent' | 'parentSpanId'>;
  attemptStarted(run: RunState, step: StepState): void;
  /** An attempt failed, and another follows. */
  attemptFailed(run: RunState, step: StepState, failure: Failure, endedAtMs: number): void;
  /** An attempt was running when its worker died. The orchestrator reports it. */
  attemptLost(run: RunState, step: StepState, endedAtMs: number): void;
  /**
   * This worker executed an attempt, as its current job.
   * @param executed.eventLoopActiveMs how long the event loop was busy meanwhile; it can explain time beyond the call
   * @param executed.errorType null = success
   */
  attemptExecuted(
    run: TracedRun,
    step: StepState,
    executed: {
      startedAtMs: Moment;
      endedAtMs: Moment;
      eventLoopActiveMs: number;
      errorType: string | null;
    },
  ): void;
  stepEnded(run: RunState, step: StepState, end: StepEnd): void;
  /** Workflows that may get runs. */
  workflowsStored(workflows: readonly { name: string; owner: string }[]): void;
  /** This worker holds the run, as its current job. */
  runClaimed(run: RunState): void;
  /** The run did not end soon. Only the worker that claimed it first reports it, once. */
  runLasts(run: RunState): void;
  claimFailed(error: unknown): void;
  runEnded(run: RunState, endedAtMs: number): void;
  runLost(run: RunState): void;
  /** Child runs were cancelled because no step waits for them. No worker ended them. */
  runsCancelled(runs: readonly CancelledRun[]): void;
  /** The reconciler sent jobs that Redis lacked, or freed what dead workers held. */
  found(
    find: 'queued' | 'due' | 'ready_steps' | 'lease_expired' | 'lost_attempts',
    count: number,
  ): void;
  /** The engine has worked for a run, with `isOfJob` as its current job. It reports short work, too. */
  worked(run: TracedRun, work: EngineWork): void;
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
  /** @param what completes "The engine could not …" */
  troubled(what: string, error: unknown): void;
}

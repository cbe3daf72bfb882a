import type { Context } from '@opentelemetry/api';
import type { CancelledRun } from '@aio/platform/queries/cancel-run';
import type { ClaimedRun } from '@aio/platform/queries/engine/claim-runs';
import type { Failure } from '@aio/core/errors';
import type { RunSpan } from '@aio/runtime/run-span';
import type { HeldRun } from './held-run.ts';
import type { Unit, UnitEnd } from './unit.ts';

/** A run as far as telemetry names it: held here, or in part executed here. */
export interface TracedRun {
  readonly claim: Pick<
    HeldRun['claim'],
    'id' | 'workflowId' | 'workflowName' | 'traceparent' | 'tracestate' | 'depth'
  >;
}

/** An attempt as far as telemetry names it. */
export type TracedUnit = Pick<Unit, 'step' | 'work' | 'iteration' | 'attempt' | 'spanId'>;

/**
 * What the engine tells about its work. Metrics, spans and log lines are made of this in one place
 * (`telemetry.ts`); the engine itself knows none of them. Times, also those of units, are the database's milliseconds.
 */
export interface Observer {
  /** Id for the span of an attempt about to start; null = the run is not traced. */
  newSpanId(run: HeldRun): string | null;
  /** Parent for spans made while the attempt runs. */
  attemptContext(run: TracedRun, unit: TracedUnit): Context;
  /** The span of a run that the attempt starts. */
  chooseChildSpan(run: HeldRun, unit: Unit): RunSpan;
  attemptStarted(run: HeldRun, unit: Unit): void;
  /** An attempt ended and another follows. */
  attemptFailed(run: HeldRun, unit: Unit, failure: Failure, endedAtMs: number): void;
  /** An attempt was running when its worker died; told by whoever took the run over. */
  attemptLost(run: HeldRun, unit: Unit, endedAtMs: number): void;
  unitEnded(run: HeldRun, unit: Unit, end: UnitEnd): void;
  /**
   * @param loadMs from the claim to the run's being in memory; of a fresh one, from when it was heard of to
   *   its first commit
   */
  runClaimed(run: HeldRun, loadMs: number, how: 'rung' | 'fresh'): void;
  /** A run was found by looking, without a wake-up. */
  runFound(run: ClaimedRun): void;
  claimFailed(error: unknown): void;
  /** Steps that were offered to other workers, taken from one, or lost with one. */
  stepsHanded(what: 'offered' | 'taken' | 'lost', steps: number): void;
  runEnded(run: HeldRun, endedAtMs: number): void;
  runLost(run: HeldRun): void;
  /** The run was cancelled while these attempts of it were running here. */
  attemptsCancelled(run: HeldRun, units: readonly Unit[], endedAtMs: number): void;
  /** Runs were ended that nobody waited for any more; no worker held them to the end. */
  runsCancelled(runs: readonly CancelledRun[]): void;
  /** One group commit. */
  committed(runs: number, durationMs: number): void;
  /** One line of a step's own log. */
  stepLogged(
    run: TracedRun,
    unit: TracedUnit,
    level: 'info' | 'warn' | 'error',
    message: string,
    fields?: Record<string, unknown>,
  ): void;
  /** The engine could not do something and tries again. */
  troubled(what: string, error: unknown): void;
}

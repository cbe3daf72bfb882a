/** The engine's storage port. `@aio/platform` implements it on PostgreSQL. */

import type { Failure } from '../errors.ts';
import type {
  CancelledAttempt,
  ClaimedRun,
  Message,
  Moment,
  RunProgress,
  StepKey,
  StoredStep,
} from './rows.ts';
import type { StepStatus } from './states.ts';
import type { AttemptEnd } from './step-state.ts';

/** W3C trace context of a run's span, from its row; null = not traced. */
export interface RunTrace {
  traceparent: string | null;
  tracestate: string | null;
}

/** A run that needs a worker, as in a job of the run queue. */
export interface WantedRun extends RunTrace {
  runId: string;
  /** Current epoch, which is part of the job's id. */
  epoch: number;
  workflowId: string;
}

/** An attempt, as in a job of a lane. */
export interface AttemptKey extends StepKey {
  runId: string;
  attempt: number;
}

/** An attempt that needs an executor. */
export interface ReadyStep extends AttemptKey, RunTrace {
  lane: string;
  workflowId: string;
  owner: string;
  crashes: number;
  /** The shared resource that it calls; null = none, or an expression names it. */
  resource: string | null;
  /** An expression names the resource. Default: false. */
  isResourceComputed?: boolean;
}

/** An attempt that no executor has started, with what an expression needs that does not read other steps. */
export type WaitingAttempt = Pick<
  ClaimedAttempt,
  keyof AttemptKey | 'item' | 'workflowVersionId' | 'input'
>;

/** An attempt that this executor has started, with the data of its run that it needs. */
export interface ClaimedAttempt extends AttemptKey, RunTrace {
  spanId: string | null;
  /** Value of the map's item. */
  item: unknown;
  readyAtMs: Moment | null;
  /** First start of the step, if the attempt before was a refused call (429): both share the timeout. null = it was not. */
  sharesTimeoutSinceMs: Moment | null;
  workflowId: string;
  workflowName: string;
  owner: string;
  workflowVersionId: string;
  /** JSON text. */
  input: string;
  depth: number;
}

/** A started attempt of a step in a lane. */
export interface LaneStep extends AttemptKey {
  workerId: string;
  spanId: string | null;
  startedAtMs: Moment;
  /** null = it is running. */
  ended: AttemptEnd | null;
}

/** A changed run, and the worker to notify. */
export interface ChangedRun extends WantedRun {
  /** Worker of its orchestrator; null = the run needs a worker. */
  workerId: string | null;
}

/** A ready step from its row. The shared resource is only in the definition. */
export interface FoundStep extends Omit<ReadyStep, 'resource' | 'isResourceComputed'> {
  workflowVersionId: string;
  position: RowPosition;
}

/** Position of a row among waiting rows: its time, as PostgreSQL text, and its id. */
export interface RowPosition {
  since: string;
  row: string;
}

/** Changes of a run by others since the last look. */
export interface RunChanges {
  runId: string;
  /** If this differs from the orchestrator's epoch, the orchestrator has lost the run. */
  epoch: number;
  /** The run's counter of changes at that moment. */
  changes: number;
  messages: Message[];
  /** true = more messages follow. */
  more: boolean;
  /** All steps in lanes with a started attempt. */
  laneSteps: LaneStep[];
}

/** A step or item that an expression reads. */
export interface StepFacts extends StepKey {
  status: StepStatus;
  attempt: number;
  error: Failure | null;
  /** JSON text; null = none. */
  output: string | null;
}

/** What a commit found of a run. */
export interface CommittedRun {
  /** Its counter of changes. */
  changes: number;
  cancelled: readonly CancelledAttempt[];
}

export interface HeldRunKey {
  runId: string;
  epoch: number;
}

export interface EngineStorage {
  /** Claims those of the runs that need a worker. */
  claimRuns(claim: { workerId: string; runIds: readonly string[] }): Promise<ClaimedRun[]>;
  /** Counts a trial of a run that may have killed its workers; false = another worker has the run. */
  countTrial(run: HeldRunKey): Promise<boolean>;
  /** A version's number and its valid definition. */
  loadDefinition(workflowVersionId: string): Promise<{ version: number; definition: unknown }>;
  /** Rows of the steps and items that have become ready so far. */
  loadSteps(runId: string): Promise<StoredStep[]>;
  /**
   * Facts that expressions can read about these steps and their items, in order.
   * @throws AioError `values_too_large`
   */
  loadFacts(runId: string, steps: readonly string[]): Promise<StepFacts[]>;
  /** @param runs with the ids of messages that are applied, but not yet deleted */
  loadChanges(
    runs: readonly { runId: string; applied: readonly number[] }[],
  ): Promise<RunChanges[]>;
  /**
   * Writes the progress of many runs in one commit. If a run's epoch is outdated, it writes nothing of the run, which
   * is then missing in `runs`. Repeating the same progress changes nothing.
   */
  commitProgress(commit: {
    workerId: string;
    progress: readonly RunProgress[];
  }): Promise<{ nowMs: Moment; runs: ReadonlyMap<string, CommittedRun> }>;
  /**
   * Releases a run that has nothing to decide. false = the run changed after `changes` was read, or is not held.
   * @param release.dueAt when it needs a worker again; null = only after a change
   */
  releaseRun(
    release: HeldRunKey & { changes: number; status: 'running' | 'waiting'; dueAt: Moment | null },
  ): Promise<boolean>;
  /** Extends the worker's lease. Returns the runs and running attempts that the worker holds by their rows. */
  heartbeat(beat: { workerId: string; leaseMs: number }): Promise<{
    nowMs: Moment;
    runs: (HeldRunKey & { changes: number })[];
    attempts: AttemptKey[];
  }>;
  /** Releases these runs, which then need a worker. */
  releaseRuns(runs: readonly HeldRunKey[]): Promise<void>;

  /** null = it is not ready: an executor has started it, or it was cancelled. */
  loadWaitingAttempt(attempt: AttemptKey): Promise<WaitingAttempt | null>;
  /**
   * Starts the attempts whose steps are ready and whose lanes are not paused. Do not execute an attempt that is missing
   * in the result.
   */
  claimAttempts(claim: {
    workerId: string;
    startedAtMs: Moment;
    attempts: readonly (AttemptKey & { spanId: string | null })[];
  }): Promise<ClaimedAttempt[]>;
  /** Returns those of the attempts that the worker must still execute. */
  loadHeldAttempts(workerId: string, attempts: readonly AttemptKey[]): Promise<AttemptKey[]>;
  /** Records the results of attempts, except those that the worker no longer holds. */
  recordAttempts(record: {
    workerId: string;
    attempts: readonly (AttemptKey & AttemptEnd)[];
  }): Promise<ChangedRun[]>;

  /** Records orphaned attempts as lost. */
  recordLostAttempts(limit: number): Promise<{ attempts: number; runs: ChangedRun[] }>;
  /** Makes the runs of dead workers need another worker. */
  recordLostRuns(limit: number): Promise<number>;
  /**
   * Runs that wait for a worker, oldest first: due or released ones, or new ones older than `olderThanMs`.
   * @param find.after continue after this row; null = start with the oldest
   */
  findWantedRuns(find: {
    which: 'due' | 'queued';
    olderThanMs: number;
    limit: number;
    after: RowPosition | null;
  }): Promise<(WantedRun & { position: RowPosition })[]>;
  /** Steps of the lane that have waited longer than `olderThanMs` for an executor, oldest first. */
  findReadySteps(find: {
    lane: string;
    olderThanMs: number;
    limit: number;
    after: RowPosition | null;
  }): Promise<FoundStep[]>;
}

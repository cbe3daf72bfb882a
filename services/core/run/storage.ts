/** The one port through which the engine asks for storage; `@aio/platform` implements it on PostgreSQL. */

import type { Failure } from '../errors.ts';
import type {
  AttemptLog,
  ClaimedRun,
  LaneStep,
  Message,
  Moment,
  OutputRef,
  RunProgress,
  StepKey,
  StoredStep,
} from './rows.ts';
import type { StepStatus } from './states.ts';
import type { AttemptResult } from './step-outcome.ts';

/** The trace that a run lies in, as its row keeps it: W3C trace context of its own span; null = not traced. */
export interface RunTrace {
  traceparent: string | null;
  tracestate: string | null;
}

/** A run that wants a worker, as a job of the run queue names it. */
export interface WantedRun extends RunTrace {
  runId: string;
  /** As it stands: the job's id is made of it. */
  epoch: number;
  workflowId: string;
}

/** An attempt to be executed, as a job of a lane names it. */
export interface AttemptKey extends StepKey {
  runId: string;
  attempt: number;
}

/** An attempt that wants an executor. */
export interface ReadyStep extends AttemptKey, RunTrace {
  lane: string;
  workflowId: string;
  crashes: number;
  /** What it calls that all workers share; null = nothing, or not known before it is evaluated. */
  resource: string | null;
}

/** An attempt that this executor has begun, with what it needs of its run. */
export interface ClaimedAttempt extends AttemptKey, RunTrace {
  spanId: string | null;
  /** Value of the map's item. */
  item: unknown;
  readyAtMs: Moment | null;
  workflowId: string;
  workflowName: string;
  owner: string;
  workflowVersionId: string;
  /** JSON text. */
  input: string;
  depth: number;
}

/** What became of an attempt. */
export interface RecordedAttempt extends AttemptKey {
  startedAtMs: Moment;
  endedAtMs: Moment;
  result: AttemptResult;
  /** JSON text; null = it has none, or it is in the output store. */
  output: string | null;
  outputRef: OutputRef | null;
  log: Pick<AttemptLog, 'lines' | 'truncated'> | null;
}

/** A run whose rows were changed, and who is to hear of that. */
export interface ChangedRun extends WantedRun {
  /** Its orchestrator; null = it has none, and wants one. */
  workerId: string | null;
}

/** A ready step as its row tells it; what it calls is in its definition. */
export interface FoundStep extends Omit<ReadyStep, 'resource'> {
  workflowVersionId: string;
  position: RowPosition;
}

/** Where a row stands among those that wait: since when, as PostgreSQL writes it, and which. */
export interface RowPosition {
  since: string;
  row: string;
}

/** What others did to a run since it was last looked at. */
export interface RunChanges {
  runId: string;
  /** Another one than the orchestrator has = the run is no longer its own. */
  epoch: number;
  /** The run's counter at that moment. */
  changes: number;
  messages: Message[];
  /** true = there are more messages. */
  more: boolean;
  /** All of its steps in lanes whose attempts have begun. */
  laneSteps: LaneStep[];
}

/** A step that an expression names, or an item of it. */
export interface StepFacts extends StepKey {
  status: StepStatus;
  attempt: number;
  error: Failure | null;
  /** JSON text; null = it has none, or it is in the output store. */
  output: string | null;
  outputRef: OutputRef | null;
}

export interface HeldRunKey {
  runId: string;
  epoch: number;
}

export interface EngineStorage {
  /** Takes the leases of those of the runs that want a worker and have none that lives. */
  claimRuns(claim: { workerId: string; runIds: readonly string[] }): Promise<ClaimedRun[]>;
  /** Counts the trial of a run that may have killed its workers; false = another worker has it. */
  countTrial(run: HeldRunKey): Promise<boolean>;
  /** A version's number, and its definition as it was validated. */
  loadDefinition(workflowVersionId: string): Promise<{ version: number; definition: unknown }>;
  /** Rows of the steps that have become ready so far, items included. */
  loadSteps(runId: string): Promise<StoredStep[]>;
  /** What expressions can name of these steps and of their items, in order. */
  loadFacts(runId: string, steps: readonly string[]): Promise<StepFacts[]>;
  /** @param runs with the ids of messages that have been applied and are not deleted yet */
  loadChanges(
    runs: readonly { runId: string; applied: readonly number[] }[],
  ): Promise<RunChanges[]>;
  /**
   * Writes the progress of many runs in one commit. Of a run whose epoch no longer holds nothing is written, and it
   * is missing in `changes`. Written twice, the same progress is written once.
   */
  commitProgress(commit: {
    workerId: string;
    progress: readonly RunProgress[];
  }): Promise<{ nowMs: Moment; changes: ReadonlyMap<string, number> }>;
  /**
   * Lets a run go that has nothing to decide. false = it was changed since `changes` was read, or is not held.
   * @param release.dueAt when it wants a worker again; null = only a change wakes it
   */
  releaseRun(
    release: HeldRunKey & { changes: number; status: 'running' | 'waiting'; dueAt: Moment | null },
  ): Promise<boolean>;
  /** Prolongs the worker's lease. Answers what is the worker's by the rows: runs, and attempts under way. */
  heartbeat(beat: { workerId: string; leaseMs: number }): Promise<{
    nowMs: Moment;
    runs: (HeldRunKey & { changes: number })[];
    attempts: AttemptKey[];
  }>;
  /** Gives up the leases of these runs: they want a worker. */
  freeRuns(runs: readonly HeldRunKey[]): Promise<void>;

  /**
   * Begins attempts whose steps are ready and whose lanes are not paused. One that is missing in the answer is not to
   * be executed.
   */
  claimAttempts(claim: {
    workerId: string;
    startedAtMs: Moment;
    attempts: readonly (AttemptKey & { spanId: string | null })[];
  }): Promise<ClaimedAttempt[]>;
  /** Which of these attempts are still to be executed by the worker. */
  loadHeldAttempts(workerId: string, attempts: readonly AttemptKey[]): Promise<AttemptKey[]>;
  /** Records what became of attempts. Nothing is written of one that is no longer the worker's. */
  recordAttempts(record: {
    workerId: string;
    attempts: readonly RecordedAttempt[];
  }): Promise<ChangedRun[]>;

  /** Records that attempts are lost whose workers died. */
  recordLostAttempts(limit: number): Promise<{ attempts: number; runs: ChangedRun[] }>;
  /** Makes runs want a worker whose own died. */
  freeAbandonedRuns(limit: number): Promise<number>;
  /**
   * Runs that wait for a worker, oldest first: those that are due or handed back, or new ones older than `olderThanMs`.
   * @param find.after goes on behind that row; null = from the oldest on
   */
  findWantedRuns(find: {
    which: 'due' | 'queued';
    olderThanMs: number;
    limit: number;
    after: RowPosition | null;
  }): Promise<(WantedRun & { position: RowPosition })[]>;
  /** The same of the lane's steps that have waited longer than `olderThanMs` for an executor. */
  findReadySteps(find: {
    lane: string;
    olderThanMs: number;
    limit: number;
    after: RowPosition | null;
  }): Promise<FoundStep[]>;
}

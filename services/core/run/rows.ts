/** Rows that the engine reads and writes through its storage port (`storage.ts`). */

import type { Failure } from '../errors.ts';
import type { RunStatus, StepStatus } from './states.ts';
import type { ChildRun } from './step-outcome.ts';

/** A time by the database's clock, in milliseconds since 1970. */
export type Moment = number;

/** Names a step of the run, or an item of its map (`iteration` -1 = the step itself). */
export interface StepKey {
  step: string;
  iteration: number;
}

/** A run whose lease this worker has just taken. */
export interface ClaimedRun {
  id: string;
  workflowId: string;
  workflowName: string;
  workflowVersionId: string;
  /** Subject of the user or client that started it. */
  owner: string;
  /** The fencing token: every later write names it. */
  epoch: number;
  /** Counter of changes by others; see `releaseRun`. */
  changes: number;
  eventSeq: number;
  /** With items of maps, as `stepsDone`. */
  stepsTotal: number;
  stepsDone: number;
  /** Steps of the definition, without items. */
  stepsSucceeded: number;
  /** Cost of model calls so far; see `costUsd` of `RunProgress`. */
  costUsd: number;
  unpricedCalls: number;
  /** JSON text. */
  input: string;
  /** Of the run's own span, and the id of the span above it; null = not traced. */
  traceparent: string | null;
  parentSpanId: string | null;
  tracestate: string | null;
  createdAtMs: Moment;
  /** End of the run's timeout; null = none. */
  deadlineAtMs: Moment | null;
  /** The database's clock at the claim. */
  nowMs: Moment;
  /** true = rows of steps exist, because a worker held the run before, or it continues another run. */
  resumed: boolean;
  /** State before the claim: not started, waiting, released by its worker, or abandoned by a lost worker. */
  was: 'queued' | 'waiting' | 'released' | 'abandoned';
  /** When it began to want a worker. */
  wantedAtMs: Moment;
  /** Id of the lost worker; null = none. */
  takenFrom: string | null;
  /** Takeovers since its last progress, with this one. */
  fruitlessTakeovers: number;
  depth: number;
  /** The run that this one retries or replays, and the trace context of that run. */
  retryOf: string | null;
  replayOf: string | null;
  originTraceparent: string | null;
}

/** The part of a step's row that an orchestrator needs to continue. Outputs stay in the database. */
export interface StoredStep extends StepKey {
  status: StepStatus;
  attempt: number;
  crashes: number;
  error: Failure | null;
  workerId: string | null;
  spanId: string | null;
  /** Of a step that waits for an approval. */
  approvalId: string | null;
  /** Event number of the attempt's start; null = no orchestrator has numbered it. */
  startedSeq: number | null;
  readyAtMs: Moment | null;
  startedAtMs: Moment | null;
  finishedAtMs: Moment | null;
  dueAtMs: Moment | null;
  /** When its first attempt was ready. */
  firstReadyAtMs: Moment | null;
  /** When the first of its ended attempts started; null = none. */
  firstStartedAtMs: Moment | null;
  /** Ended attempts that the resource refused. */
  rateLimits: number;
  /** End of the last attempt, if the step waits for a retry. */
  attemptEndedAtMs: Moment | null;
}

/** An attempt that an executor started unseen, just before a commit cancelled its step. */
export interface CancelledAttempt extends StepKey {
  attempt: number;
  workerId: string;
  spanId: string | null;
  startedAtMs: Moment;
}

/** A change from outside that the orchestrator has not yet applied. */
export interface Message extends StepKey {
  id: number;
  type: 'approval' | 'event' | 'child';
  /** Attempt that the message belongs to; null = the step has only one. */
  attempt: number | null;
  body: unknown;
  /** JSON text of the step's output; null = none. */
  output: string | null;
  /** Of the request that caused it; null = none, or not traced. */
  traceparent: string | null;
  sentAtMs: Moment;
}

/** New state of one row of `steps`. */
export interface StepWrite extends StepKey {
  kind: string;
  lane: string;
  status: StepStatus;
  attempt: number;
  crashes: number;
  /** Value of the map's item, for the executor. JSON text, as are `output`, `error` and `usage`. */
  item: string | null;
  /** null = keep the output that the executor recorded, if the step succeeded. */
  output: string | null;
  error: string | null;
  usage: string | null;
  /** Worker of the attempt; null = the worker that commits. */
  workerId: string | null;
  spanId: string | null;
  dueAt: Moment | null;
  /** null keeps the row's value, also in the following times and event numbers. */
  readyAt: Moment | null;
  startedAt: Moment | null;
  finishedAt: Moment | null;
  startedSeq: number | null;
  waitingSeq: number | null;
  finishedSeq: number | null;
}

/** New row of `step_attempts`: a failed or lost attempt that another one follows. For null, the step's row has the value. */
export interface AttemptWrite extends StepKey {
  attempt: number;
  status: 'failed' | 'worker_lost';
  error: string;
  usage: string | null;
  workerId: string | null;
  spanId: string | null;
  readyAt: Moment | null;
  startedAt: Moment | null;
  finishedAt: Moment;
  startedSeq: number | null;
  finishedSeq: number;
}

export interface AttemptLog extends StepKey {
  attempt: number;
  /** JSON text of the list of lines. */
  lines: string;
  truncated: boolean;
}

export interface ApprovalRequest extends StepKey {
  id: string;
  message: string | null;
  /** JSON text; null = the run's owner. */
  approver: string | null;
}

export interface EventWait extends StepKey {
  name: string;
  key: string;
}

export interface StartedChild extends StepKey, ChildRun {
  attempt: number;
  /** Of the child's span, and the id of the step's span above it; null = not traced. */
  traceparent: string | null;
  parentSpanId: string | null;
}

/** The rows that a commit writes for one run, by table. */
export interface RunRows {
  steps: StepWrite[];
  attempts: AttemptWrite[];
  logs: AttemptLog[];
  approvals: ApprovalRequest[];
  waits: EventWait[];
  children: StartedChild[];
  /** Steps that no longer wait for an approval or an event. */
  unasked: StepKey[];
  /** Ids of the messages that this commit applies. */
  applied: { message: number }[];
}

/** State of a run, with the rows that changed since its last commit. */
export interface RunProgress extends RunRows {
  runId: string;
  epoch: number;
  status: RunStatus;
  eventSeq: number;
  stepsTotal: number;
  stepsDone: number;
  stepsSucceeded: number;
  /** US dollars of all attempts whose price is known. */
  costUsd: number;
  /** Attempts whose price is unknown. */
  unpricedCalls: number;
  /** JSON text, as is `error`. */
  output: string | null;
  error: string | null;
  /** Number of the run's terminal event; null = the run continues. */
  finishedSeq: number | null;
  /** When the last of its steps ended. The run ends with the commit, but not before this. */
  stepsEndedAt: Moment | null;
  /** true = this commit releases the lease. */
  release: boolean;
}

export function noRows(): RunRows {
  return {
    steps: [],
    attempts: [],
    logs: [],
    approvals: [],
    waits: [],
    children: [],
    unasked: [],
    applied: [],
  };
}

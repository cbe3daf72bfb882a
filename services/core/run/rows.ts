/** Rows that the engine reads and writes, in the words of its storage port (`storage.ts`). */

import type { Failure } from '../errors.ts';
import type { RunStatus, StepStatus } from './states.ts';
import type { AttemptResult, ChildRun } from './step-outcome.ts';

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
  /** Subject of who started it. */
  owner: string;
  /** The fencing token: every later write names it. */
  epoch: number;
  /** Counts what others did to the run; see `releaseRun`. */
  changes: number;
  eventSeq: number;
  stepsTotal: number;
  stepsDone: number;
  /** What the calls of models of the run have cost so far; see `costUsd` of `RunProgress`. */
  costUsd: number;
  /** JSON text. */
  input: string;
  /** Of the run's own span, and the id of the span above it; null = not traced. */
  traceparent: string | null;
  parentSpanId: string | null;
  tracestate: string | null;
  createdAtMs: Moment;
  /** The run's own timeout ends then; null = none. */
  deadlineAtMs: Moment | null;
  /** The database's clock at the claim. */
  nowMs: Moment;
  /** true = some worker has held it before, or it goes on from another: there are rows of steps to load. */
  resumed: boolean;
  /** What it was before: not begun, waiting, handed back, or with a worker that never let go. */
  was: 'queued' | 'waiting' | 'handed_back' | 'abandoned';
  /** Id of the worker that never let go; null = there was none. */
  takenFrom: string | null;
  /** Takeovers since it last made progress, this one included. */
  fruitlessTakeovers: number;
  depth: number;
  /** The run that this one goes on from, or repeats; and where the span of that one is. */
  retryOf: string | null;
  replayOf: string | null;
  originTraceparent: string | null;
}

/** What an orchestrator needs of a step's row to go on; outputs stay in the database. */
export interface StoredStep extends StepKey {
  status: StepStatus;
  attempt: number;
  crashes: number;
  error: Failure | null;
  workerId: string | null;
  spanId: string | null;
  /** Of a step that waits for a decision. */
  approvalId: string | null;
  /** Of the attempt's start; null = no orchestrator has numbered it. */
  startedSeq: number | null;
  readyAtMs: Moment | null;
  startedAtMs: Moment | null;
  finishedAtMs: Moment | null;
  dueAtMs: Moment | null;
  /** When its first attempt was ready. */
  firstReadyAtMs: Moment | null;
  /** Of a step that waits for its next attempt: when the last one ended. */
  attemptEndedAtMs: Moment | null;
}

/** A step of a lane whose attempt has begun, as its executor wrote it. */
export interface LaneStep extends StepKey {
  runId: string;
  attempt: number;
  workerId: string;
  spanId: string | null;
  startedAtMs: Moment;
  /** null = the attempt goes on. */
  ended: { atMs: Moment; result: AttemptResult; output: StoredOutput | null } | null;
}

/** An output that was recorded; `text` null = it is long, and fetched when an expression names it. */
export interface StoredOutput {
  text: string | null;
  chars: number;
}

/** An output in the output store. Its object is that of its bytes, among those of the day of its run's id. */
export interface OutputRef {
  /** Of its JSON text, in hexadecimal. */
  sha256: string;
  bytes: number;
}

/** What somebody outside did to a run, until its orchestrator has applied it. */
export interface Message extends StepKey {
  id: number;
  type: 'approval' | 'event' | 'child';
  /** Attempt of the step that it belongs to; null = it has only one. */
  attempt: number | null;
  body: unknown;
  /** JSON text of what the step comes to; null = nothing. */
  output: string | null;
  /** Of the request that it comes from; null = of none, or not traced. */
  traceparent: string | null;
  sentAtMs: Moment;
}

/** New state of one row of `steps`. */
export interface StepWrite extends StepKey {
  kind: string;
  lane: string;
  status: StepStatus;
  resolution: 'fallback' | 'reused' | null;
  attempt: number;
  crashes: number;
  /** JSON text, as are `output`, `error` and `usage`: value of the map's item, for the executor. */
  item: string | null;
  /** null = what the executor recorded, if it succeeded. */
  output: string | null;
  /** JSON text of the reference, in place of an output that is in the output store. */
  outputRef: string | null;
  error: string | null;
  usage: string | null;
  /** Worker of the attempt; null = the one that commits. */
  workerId: string | null;
  spanId: string | null;
  dueAt: Moment | null;
  /** null keeps what the row has, here and in the event numbers. */
  readyAt: Moment | null;
  startedAt: Moment | null;
  finishedAt: Moment | null;
  startedSeq: number | null;
  waitingSeq: number | null;
  finishedSeq: number | null;
}

/** An attempt that another will follow. What is null here is in the step's row as it stands. */
export interface EndedAttempt extends StepKey {
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
  /** JSON text; null = everybody who may run the workflow. */
  approver: string | null;
}

export interface EventWait extends StepKey {
  name: string;
  key: string;
}

export interface StartedChild extends StepKey, ChildRun {
  id: string;
  attempt: number;
  /** Of its own span, and the id of the step's span above it; null = not traced. */
  traceparent: string | null;
  parentSpanId: string | null;
}

/** What a commit writes of one run, table by table. */
export interface RunRows {
  steps: StepWrite[];
  attempts: EndedAttempt[];
  logs: AttemptLog[];
  approvals: ApprovalRequest[];
  waits: EventWait[];
  children: StartedChild[];
  /** Steps that no longer wait for a person or an event. */
  unasked: StepKey[];
  /** Ids of the messages whose effect is in this commit. */
  applied: { message: number }[];
}

/** Where a run as a whole stands, with the rows that changed since its last commit. */
export interface RunProgress extends RunRows {
  runId: string;
  epoch: number;
  status: RunStatus;
  eventSeq: number;
  stepsTotal: number;
  stepsDone: number;
  /** In US dollars, of all attempts whose model has a price. */
  costUsd: number;
  /** JSON text, as is `error`. */
  output: string | null;
  error: string | null;
  /** Number of the run's terminal event; null = it goes on. */
  finishedSeq: number | null;
  /** When the last of its steps ended: the run ends with the commit, and not before. */
  stepsEndedAt: Moment | null;
  /** true = the lease is given back with this commit. */
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

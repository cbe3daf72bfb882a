import type { StepStatus } from '@aio/core/run/states';

/** A time by the database's clock, in milliseconds since 1970. */
export type Moment = number;

/** Names a step of the run, or an item of its map (`iteration` -1 = the step itself). */
export interface StepKey {
  step: string;
  iteration: number;
}

/** New state of one row of `steps`. */
export interface StepWrite extends StepKey {
  kind: string;
  lane: string;
  status: StepStatus;
  resolution: 'fallback' | 'reused' | null;
  attempt: number;
  crashes: number;
  /** JSON text, as are `error` and `usage`. */
  output: string | null;
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

/** What there is to say of a step that began and succeeded within the commit. */
export type StepAtOnce = Pick<
  StepWrite,
  | 'step'
  | 'iteration'
  | 'kind'
  | 'lane'
  | 'output'
  | 'spanId'
  | 'readyAt'
  | 'startedAt'
  | 'finishedAt'
  | 'startedSeq'
  | 'finishedSeq'
>;

/** Whether `StepAtOnce` is all there is to say of a step without a row. */
export function isAtOnce(write: StepWrite): boolean {
  return (
    write.status === 'succeeded' &&
    write.resolution === null &&
    write.attempt === 1 &&
    write.crashes === 0 &&
    write.error === null &&
    write.usage === null &&
    write.workerId === null &&
    write.dueAt === null &&
    write.startedAt !== null &&
    write.waitingSeq === null
  );
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
  /** JSON text; null = whoever may run the workflow. */
  approver: string | null;
}

export interface EventWait extends StepKey {
  name: string;
  key: string;
}

/** A run of another workflow that a step starts. */
export interface ChildRun {
  workflowId: string;
  workflowVersionId: string;
  workflowName: string;
  /** Steps of the definition. */
  stepsTotal: number;
  /** The run's own timeout; null = none. */
  timeoutMs: number | null;
  /** JSON text. */
  input: string;
}

export interface StartedChild extends StepKey, ChildRun {
  id: string;
  attempt: number;
  /** Of its own span, and the id of the step's span above it; null = not traced. */
  traceparent: string | null;
  parentSpanId: string | null;
}

/** Steps of the run that any worker with room may execute. */
export interface OfferedChunk {
  id: string;
  workflowId: string;
  lane: string;
  alone: boolean;
}

export interface OfferedStep extends StepKey {
  chunkId: string;
  attempt: number;
  spanId: string | null;
  /** JSON text of the map's item; null = none. */
  item: string | null;
}

/** What a commit writes of one run, table by table. */
export interface StepChanges {
  /** Of which there is no row yet, for certain; those that are `isAtOnce` stand in `stepsAtOnce` instead. */
  newSteps: readonly StepWrite[];
  stepsAtOnce: readonly StepWrite[];
  steps: readonly StepWrite[];
  attempts: readonly EndedAttempt[];
  logs: readonly AttemptLog[];
  approvals: readonly ApprovalRequest[];
  waits: readonly EventWait[];
  children: readonly StartedChild[];
  chunks: readonly OfferedChunk[];
  offers: readonly OfferedStep[];
  /** Steps that other workers are not to execute any more. */
  revoked: readonly StepKey[];
  /** Steps that no longer wait for a person or an event. */
  unasked: readonly StepKey[];
  /** Messages whose effect is in this commit. */
  taken: readonly { message: number }[];
}

export const NO_CHANGES: StepChanges = {
  newSteps: [],
  stepsAtOnce: [],
  steps: [],
  attempts: [],
  logs: [],
  approvals: [],
  waits: [],
  children: [],
  chunks: [],
  offers: [],
  revoked: [],
  unasked: [],
  taken: [],
};

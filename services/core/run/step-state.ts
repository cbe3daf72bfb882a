import { DEFAULT_LANE } from '../definition/kinds/kind.ts';
import type { PlanStep, PlanWork } from '../definition/plan.ts';
import type { Failure } from '../errors.ts';
import type { Moment, OutputRef, StepKey } from './rows.ts';
import type { StepStatus } from './states.ts';

/** What a waiting step waits for. */
export type WaitsFor = 'delay' | 'approval' | 'event' | 'child' | 'retry';

/** A step, or one item of a map, from its turn to its end. Times are the database's, in milliseconds. */
export interface StepState {
  readonly step: PlanStep;
  /** The step's work; of an item, that of the map's inner step. */
  readonly work: PlanWork;
  /** Index of the map's item; -1 = the step itself. */
  readonly iteration: number;
  /** The item's value. */
  item: unknown;
  status: StepStatus;
  /** Attempts started. */
  attempt: number;
  /** Workers that died with it running; they do not count against `maxAttempts`. */
  crashes: number;
  /** Span of the current attempt, or of the step itself where the orchestrator executes it; null = not traced. */
  spanId: string | null;
  /** Executor of the current attempt; null = the orchestrator itself. */
  workerId: string | null;
  /** When its first attempt was ready. */
  firstReadyAtMs: Moment | null;
  /** When the last thing that the attempt waited for was over. */
  readyAtMs: Moment | null;
  /** When the attempt's own code began. */
  startedAtMs: Moment | null;
  /** When the wait began that `waitsFor` names. */
  waitingSinceMs: Moment | null;
  waitsFor: WaitsFor | null;
  approvalId: string | null;
  /** When the wait is over; null = no time ends it. */
  dueAtMs: Moment | null;
  /** Its end is decided, and its fallback is to be evaluated. */
  isEnding: boolean;
  /** Id of the message that decided it; the commit that has the end deletes the message. */
  decidedBy: number | null;
}

export function createStep(
  step: PlanStep,
  options: { iteration?: number; item?: unknown; readyAtMs?: Moment } = {},
): StepState {
  return {
    step,
    work: step.work,
    iteration: options.iteration ?? -1,
    item: options.item,
    status: 'pending',
    attempt: 0,
    crashes: 0,
    spanId: null,
    workerId: null,
    firstReadyAtMs: options.readyAtMs ?? null,
    readyAtMs: options.readyAtMs ?? null,
    startedAtMs: null,
    waitingSinceMs: null,
    waitsFor: null,
    approvalId: null,
    dueAtMs: null,
    isEnding: false,
    decidedBy: null,
  };
}

/** How a step ended. */
export interface StepEnd {
  status: 'succeeded' | 'failed' | 'skipped' | 'cancelled';
  atMs: Moment;
  output?: StepOutput;
  error?: Failure;
  usage?: unknown;
  /** `traceparent` of the request that ended it; null or absent = none did. */
  causedBy?: string | null;
  resolution?: 'fallback';
}

/** What a step comes to. */
export interface StepOutput {
  /** JSON text; null = the executor has recorded it, or it is in the output store. */
  text: string | null;
  /** Where the orchestrator has put it; absent = nowhere. */
  ref?: OutputRef | null;
  chars: number;
  /** Absent = it is long, and fetched when an expression names it. */
  value?: unknown;
}

/** A small integer, which maps find without hashing: a map's items are fewer than this. */
const ITERATIONS = 2 ** 14;

/** Names a step or item of a run. */
export function stepNumber(index: number, iteration: number): number {
  return index * ITERATIONS + iteration + 1;
}

export function keyOf({ step, iteration }: StepState): StepKey {
  return { step: step.id, iteration };
}

/** A map's own step executes nothing; its items do. */
export function isMap({ step, iteration }: StepState): boolean {
  return step.map !== null && iteration === -1;
}

/** It is executed as a job of its lane, by an executor; else the orchestrator executes it. */
export function isInLane(step: StepState): boolean {
  return !isMap(step) && step.work.lane !== DEFAULT_LANE;
}

/** Its attempt runs in an executor. */
export function isExecuted(step: StepState): boolean {
  return step.status === 'running' && isInLane(step);
}

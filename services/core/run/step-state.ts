import { DEFAULT_LANE } from '../definition/kinds/kind.ts';
import type { PlanStep, PlanWork } from '../definition/plan.ts';
import type { Failure } from '../errors.ts';
import type { AttemptLog, Moment, StepKey } from './rows.ts';
import type { StepStatus } from './states.ts';
import type { AttemptResult } from './step-outcome.ts';

/** Reason why a step waits. */
export type WaitsFor = 'delay' | 'approval' | 'event' | 'child' | 'retry';

/** An open step or map item. Times are by the database's clock, in milliseconds. */
export interface StepState {
  readonly step: PlanStep;
  /** The step's work; for an item, the work of the map's `step`. */
  readonly work: PlanWork;
  /** Index of the map's item; -1 = the step itself. */
  readonly iteration: number;
  /** The item's value. */
  item: unknown;
  status: StepStatus;
  /** Attempts started. */
  attempt: number;
  /** Workers that died while it was running. Crashes do not count against `maxAttempts`. */
  crashes: number;
  /** Span of the current attempt, or of the step if the orchestrator executes it; null = not traced. */
  spanId: string | null;
  /** Executor of the current attempt; null = the orchestrator itself. */
  workerId: string | null;
  /** Attempts that the resource refused (429). They do not count against `maxAttempts`. */
  rateLimits: number;
  /** When its first attempt was ready. */
  firstReadyAtMs: Moment | null;
  /** When its first attempt started; null = no attempt has ended. */
  firstStartedAtMs: Moment | null;
  /** When the attempt was ready. */
  readyAtMs: Moment | null;
  /** When the attempt's own code began. */
  startedAtMs: Moment | null;
  /** When the wait for `waitsFor` began. */
  waitingSinceMs: Moment | null;
  waitsFor: WaitsFor | null;
  approvalId: string | null;
  /** Due time of the wait; null = none. */
  dueAtMs: Moment | null;
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
    rateLimits: 0,
    spanId: null,
    workerId: null,
    firstReadyAtMs: options.readyAtMs ?? null,
    firstStartedAtMs: null,
    readyAtMs: options.readyAtMs ?? null,
    startedAtMs: null,
    waitingSinceMs: null,
    waitsFor: null,
    approvalId: null,
    dueAtMs: null,
  };
}

/** How an attempt ended. */
export interface AttemptEnd {
  /** When its own code began; absent = as recorded at its start. */
  startedAtMs?: Moment;
  /** When its own code returned. */
  atMs: Moment;
  result: AttemptResult;
  /** null = none. */
  output: StepOutput | null;
  /** null = nothing was logged; absent = its executor has recorded it. */
  log?: Pick<AttemptLog, 'lines' | 'truncated'> | null;
}

/** How a step ended. */
export interface StepEnd {
  status: 'succeeded' | 'failed' | 'skipped' | 'cancelled';
  atMs: Moment;
  output?: StepOutput;
  error?: Failure;
  usage?: unknown;
  /** `traceparent` of the request that ended it; null or absent = no request. */
  causedBy?: string | null;
  /** Its latest attempt ended with it, rather than earlier or never. `endStep` sets it. */
  endsAttempt?: boolean;
}

/** The output of a step, checked for size and storable text. */
export interface StepOutput {
  /** JSON text; null = the row has it. */
  text: string | null;
  chars: number;
  /** Absent = long, and fetched when an expression reads it. */
  value?: unknown;
}

/** More than a map can have items. Step numbers stay small integers, which `Map` finds quickly. */
const ITERATIONS = 2 ** 14;

/** A number that identifies a step or item of a run. */
export function stepNumber(index: number, iteration: number): number {
  return index * ITERATIONS + iteration + 1;
}

export function keyOf({ step, iteration }: StepState): StepKey {
  return { step: step.id, iteration };
}

/** Whether the step is a map itself, which executes nothing but its items. */
export function isMap({ step, iteration }: StepState): boolean {
  return step.map !== null && iteration === -1;
}

/** Whether an executor runs it as a job of its lane; else the orchestrator executes it. */
export function isInLane(step: StepState): boolean {
  return !isMap(step) && step.work.lane !== DEFAULT_LANE;
}

/** Whether its latest attempt goes on: it executes, or waits for anything but the next attempt. */
export function isAttempting({ status, waitsFor }: StepState): boolean {
  if (status === 'waiting') return waitsFor !== null && waitsFor !== 'retry';
  return status === 'running';
}

/** Whether an executor is running its attempt. */
export function isExecuted(step: StepState): boolean {
  return step.status === 'running' && isInLane(step);
}

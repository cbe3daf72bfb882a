import type { PlanStep, PlanWork } from '@aio/core/definition/compile';
import type { Failure } from '@aio/core/errors';
import type { StepStatus } from '@aio/core/run/states';
import type { Abortable } from './abortable.ts';
import type { SlotRequest } from './slots.ts';

/** What a waiting unit waits for. */
export type Wait = 'delay' | 'approval' | 'event' | 'child' | 'retry';

/** Something to execute: a step, or one item of a map. It lives from its turn to its end. */
export interface Unit {
  readonly step: PlanStep;
  /** The step's work; for an item that of the map's inner step. */
  readonly work: PlanWork;
  /** Index of the map's item; -1 = the step itself. */
  readonly iteration: number;
  item: unknown;
  status: StepStatus;
  /** Its row is in the database, or on its way there. */
  hasRow: boolean;
  /** Attempts started. */
  attempt: number;
  /** Workers that died with it running; they do not count against `maxAttempts`. */
  crashes: number;
  /** Span of the current attempt; null = not traced. */
  spanId: string | null;
  /** Worker of the current attempt; null = this one. */
  workerId: string | null;
  /** Offered to the other workers, or executed by one of them. */
  handed: boolean;
  /** The offer that counts; null = not known, since only what was told of it was found. */
  chunkId: string | null;
  /** When the offer was committed, by `performance.now()`; infinite = it is not yet. */
  handedAt: number;
  /** Taken out of other workers' hands to be closed: `done` = all that they told of it is known. */
  recall: 'asked' | 'done' | null;
  /** When the last thing that the attempt waited for was over. Times here are the database's, in milliseconds. */
  readyAtMs: number | null;
  /** When the attempt's own code began. */
  startedAtMs: number | null;
  /** When its wait began, which `waitsFor` names. */
  waitingSinceMs: number | null;
  waitsFor: Wait | null;
  /** What a person is asked by. */
  approvalId: string | null;
  /** When the wait is over; null = only a signal ends it. */
  dueAtMs: number | null;
  /** Ends the attempt that is running. */
  abort: Abortable | null;
  /** Its place in the queue for a slot. */
  slotRequest: SlotRequest | null;
  /** When it came to wait for a slot, by `performance.now()`. */
  slotAskedAt: number;
  /** Ids of messages whose effect is not in a draft yet. */
  readonly messages: number[];
  /** Its end is decided, and what it ends with is being fetched. */
  ending: boolean;
}

export function createUnit(
  step: PlanStep,
  options: { iteration?: number; item?: unknown; readyAtMs?: number } = {},
): Unit {
  const iteration = options.iteration ?? -1;
  return {
    step,
    work: step.work,
    iteration,
    item: options.item,
    status: 'pending',
    hasRow: false,
    attempt: 0,
    crashes: 0,
    spanId: null,
    workerId: null,
    handed: false,
    chunkId: null,
    handedAt: Infinity,
    recall: null,
    readyAtMs: options.readyAtMs ?? null,
    startedAtMs: null,
    waitingSinceMs: null,
    waitsFor: null,
    approvalId: null,
    dueAtMs: null,
    abort: null,
    slotRequest: null,
    messages: [],
    ending: false,
    slotAskedAt: 0,
  };
}

/** A small integer, which maps find without hashing: a map's items are fewer than this. */
const ITERATIONS = 2 ** 14;

/** Names a unit of the run. */
export function unitKey(stepIndex: number, iteration: number): number {
  return stepIndex * ITERATIONS + iteration + 1;
}

/** A map's own unit executes nothing; its items do. */
export function isMapUnit(unit: Unit): boolean {
  return unit.step.map !== null && unit.iteration === -1;
}

/** How a unit ended. */
export interface UnitEnd {
  status: 'succeeded' | 'failed' | 'skipped' | 'cancelled';
  atMs: number;
  /** JSON text, and the value it stands for. */
  output?: { text: string; value: unknown };
  error?: Failure;
  usage?: unknown;
  /** `traceparent` of the request that ended it; null or absent = none did. */
  causedBy?: string | null;
  resolution?: 'fallback';
}

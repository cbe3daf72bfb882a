/** Splits the time of a run: each instant from its submission to its end has exactly one class. */

import { isLaneKind, STEP_KIND_NAMES, waitsForOf } from '../definition/kinds/registry.ts';

type Instant = Date | string;

/** A run, as far as its times matter. */
export interface TimedRun {
  createdAt: Instant;
  /** First claim by a worker. */
  startedAt: Instant | null;
  finishedAt: Instant | null;
  /** The step whose failure ended the run; null = none did. */
  failedStep: string | null;
  steps: readonly TimedStep[];
}

/** Its last attempt is the one that runs or ran last, or that is ready. */
export interface TimedStep {
  id: string;
  kind: string;
  needs: readonly string[];
  status: string;
  /** Number of started attempts. */
  attempts: number;
  /** Of the first attempt. */
  firstReadyAt: Instant | null;
  /** Sums over the attempts before the last one, in milliseconds. */
  earlierQueueMs: number;
  earlierExecutionMs: number;
  /** Of the last attempt; null = the next one is not due yet. */
  readyAt: Instant | null;
  startedAt: Instant | null;
  finishedAt: Instant | null;
  /** Items of a map, if loaded. The critical path then leads through them. */
  items?: readonly TimedStep[];
}

const LANE_KINDS = STEP_KIND_NAMES.filter(isLaneKind);
const WAITS = ['delay', 'approval', 'event', 'child'] as const;

/**
 * Classes of time: `queue`; execution, by the kind of a step in a lane, or `other`; `backoff`; waits, by their reason;
 * `engine`: commits and bookkeeping.
 */
export const TIME_CLASSES: readonly string[] = [
  'queue',
  ...LANE_KINDS,
  'other',
  'backoff',
  ...WAITS,
  'engine',
];

/** Milliseconds by class; absent = 0. */
export type TimeSpent = Readonly<Record<string, number>>;

/** A step on the critical path. */
export interface StepTime {
  id: string;
  kind: string;
  attempts: number;
  /** From the run's submission until the step was ready. */
  readyAfter: number;
  total: number;
  spent: TimeSpent;
}

export interface WhereTimeWent {
  total: number;
  spent: TimeSpent;
  /** The class of the last instant. */
  last: string;
  /** In order of time. */
  path: StepTime[];
}

/**
 * Splits a run's time along its critical path, from its end back: each step leads to the parent that ended last. In a
 * failed run, the path ends with the step that failed. In an unfinished run, it starts at `now`, with the step that has
 * been open longest.
 */
export function whereTimeWent(run: TimedRun, now: Instant = new Date()): WhereTimeWent {
  const createdMs = msOf(run.createdAt);
  const endedMs = Math.max(createdMs, msOf(run.finishedAt ?? now));
  // Before its first claim, the run is in the queue.
  const claimedMs = run.startedAt === null ? endedMs : msOf(run.startedAt);
  const way = new Way({ createdMs, claimedMs, endedMs });
  const path: StepTime[] = [];
  const byId = new Map(run.steps.map((step) => [step.id, step]));
  const begun = run.steps.filter(hasBegun);
  const open = run.finishedAt === null ? begun.filter((step) => step.finishedAt === null) : [];
  const failed = begun.find(({ id, finishedAt }) => id === run.failedStep && finishedAt !== null);
  for (let step = longestOpen(open) ?? failed ?? lastOf(begun); step !== undefined;) {
    if (step.finishedAt !== null) way.add('engine', msOf(step.finishedAt));
    const before = way.pieces.length;
    walkBack(step, way);
    const spent = sum(way.pieces.slice(before));
    path.unshift(toStepTime(step, { createdMs, endedMs, spent }));
    step = lastOf(parentsOf(step, byId));
  }
  way.add('engine', msOf(run.startedAt ?? run.createdAt));
  way.add('queue', createdMs);
  const last = way.pieces[0]?.class ?? 'queue';
  return { total: endedMs - createdMs, spent: sum(way.pieces), last, path };
}

interface Piece {
  class: string;
  ms: number;
}

/** The critical path, built from the run's end back to `#atMs`. */
class Way {
  readonly pieces: Piece[] = [];
  readonly #createdMs: number;
  readonly #claimedMs: number;
  #atMs: number;

  constructor(run: { createdMs: number; claimedMs: number; endedMs: number }) {
    this.#createdMs = run.createdMs;
    this.#claimedMs = run.claimedMs;
    this.#atMs = run.endedMs;
  }

  /** Assigns a class to the time since `fromMs` that has none. */
  add(name: string, fromMs: number): void {
    const startMs = Math.max(this.#createdMs, Math.min(fromMs, this.#atMs));
    const claimedMs = Math.min(Math.max(startMs, this.#claimedMs), this.#atMs);
    if (name !== 'engine') this.#push(name, this.#atMs - startMs);
    else {
      this.#push('engine', this.#atMs - claimedMs);
      this.#push('queue', claimedMs - startMs);
    }
    this.#atMs = startMs;
  }

  /** As `add`, but not further back than `fromMs`. @param ms of the class */
  addSum(name: string, ms: number, fromMs: number): void {
    this.add(name, Math.max(fromMs, this.#atMs - ms));
  }

  #push(name: string, ms: number): void {
    if (ms > 0) this.pieces.push({ class: name, ms });
  }
}

/** Follows a step back to the moment when it was ready. Of attempts before the last one, only sums are known. */
function walkBack(step: TimedStep, way: Way): void {
  const work = classOf(step.kind);
  const queue = isLaneKind(step.kind) ? 'queue' : 'engine';
  const firstMs = firstReadyMs(step);
  if (step.startedAt !== null) {
    walkItems(step, msOf(step.startedAt), way);
    way.add(work, msOf(step.startedAt));
  }
  if (step.readyAt !== null) way.add(queue, msOf(step.readyAt));
  way.addSum(work, step.earlierExecutionMs, firstMs);
  way.add('backoff', firstMs + step.earlierQueueMs);
  way.add(queue, firstMs);
}

/** An item is ready when its map starts, or when another item ends. */
function walkItems({ items = [], status }: TimedStep, sinceMs: number, way: Way): void {
  // The failure of an item ended the map, and cancelled others.
  const begun = items.filter(
    (item) => hasBegun(item) && (status !== 'failed' || item.status !== 'cancelled'),
  );
  const open = longestOpen(begun.filter(({ finishedAt }) => finishedAt === null));
  const ended = begun
    .filter(({ finishedAt }) => finishedAt !== null)
    .toSorted((a, b) => msOf(a.finishedAt!) - msOf(b.finishedAt!));
  for (let item = open ?? ended.pop(); item !== undefined;) {
    if (item.finishedAt !== null) way.add('engine', msOf(item.finishedAt));
    walkBack(item, way);
    const readyMs = firstReadyMs(item);
    if (readyMs <= sinceMs) return;
    // Visits each item once, because a map may have ten thousand.
    while (ended.length > 0 && msOf(ended.at(-1)!.finishedAt!) > readyMs) ended.pop();
    item = ended.pop();
  }
}

/** The parents that the step waited for. For a parent that took no time, its parents instead. */
function parentsOf(step: TimedStep, byId: ReadonlyMap<string, TimedStep>): TimedStep[] {
  const parents = new Set(step.needs);
  for (const id of parents) {
    const parent = byId.get(id);
    if (parent && !hasBegun(parent)) for (const above of parent.needs) parents.add(above);
  }
  return [...parents].flatMap((id) => byId.get(id) ?? []).filter(hasBegun);
}

/** Skipped steps take no time, reused steps took theirs in another run, and unreached steps have none. */
function hasBegun(step: TimedStep): boolean {
  return step.status !== 'skipped' && step.firstReadyAt !== null;
}

/** @param step that `hasBegun` */
function firstReadyMs({ firstReadyAt }: TimedStep): number {
  return msOf(firstReadyAt!);
}

function lastOf(steps: readonly TimedStep[]): TimedStep | undefined {
  return steps
    .filter(({ finishedAt }) => finishedAt !== null)
    .toSorted((a, b) => msOf(b.finishedAt!) - msOf(a.finishedAt!))[0];
}

function longestOpen(steps: readonly TimedStep[]): TimedStep | undefined {
  return steps.toSorted((a, b) => firstReadyMs(a) - firstReadyMs(b))[0];
}

function classOf(kind: string): string {
  return isLaneKind(kind) ? kind : (waitsForOf(kind) ?? 'other');
}

function toStepTime(
  step: TimedStep,
  run: { createdMs: number; endedMs: number; spent: TimeSpent },
): StepTime {
  const readyMs = firstReadyMs(step);
  const endMs = step.finishedAt === null ? run.endedMs : msOf(step.finishedAt);
  return {
    id: step.id,
    kind: step.kind,
    attempts: step.attempts,
    readyAfter: Math.max(0, readyMs - run.createdMs),
    total: Math.max(0, endMs - readyMs),
    spent: run.spent,
  };
}

function sum(pieces: readonly Piece[]): TimeSpent {
  const spent: Record<string, number> = {};
  for (const { class: name, ms } of pieces) spent[name] = (spent[name] ?? 0) + ms;
  return spent;
}

function msOf(instant: Instant): number {
  return typeof instant === 'string' ? Date.parse(instant) : instant.getTime();
}

/** Splits the time of a run: each instant from its submission to its end has exactly one class. */

import { isLaneKind, STEP_KIND_NAMES, waitsForOf } from '../definition/kinds/registry.ts';

type Instant = Date | string;

/** A run, as far as its times matter. */
export interface TimedRun {
  createdAt: Instant;
  /** First claim by a worker. */
  startedAt: Instant | null;
  finishedAt: Instant | null;
  steps: readonly TimedStep[];
}

export interface TimedStep {
  id: string;
  kind: string;
  needs: readonly string[];
  status: string;
  /** Index of the map's item; null or absent = the step itself. */
  iteration?: number | null;
  /** Of the last attempt. */
  readyAt: Instant | null;
  finishedAt: Instant | null;
  attempts: readonly TimedAttempt[];
  /** Items of a map, if loaded. The critical path then leads through them. */
  items?: readonly TimedStep[];
}

export interface TimedAttempt {
  readyAt: Instant | null;
  startedAt: Instant | null;
  finishedAt: Instant | null;
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

/** A stretch of the critical path. Times are milliseconds since 1970. */
export interface Stretch {
  class: string;
  from: number;
  to: number;
  /** Index of the map's item; null = the step itself. */
  item: number | null;
}

/** A step on the critical path. */
export interface StepTime {
  id: string;
  kind: string;
  attempts: number;
  /** From the run's submission until the step was ready. */
  readyAfter: number;
  total: number;
  spent: TimeSpent;
  /** In order of time. Gaps between them belong to other steps. */
  stretches: Stretch[];
}

export interface WhereTimeWent {
  total: number;
  spent: TimeSpent;
  /** In order of time. */
  path: StepTime[];
}

/**
 * Splits a run's time along its critical path, from its end back: each step leads to the parent that ended last. In an
 * unfinished run, the path starts at `now`, with the step that has been open longest.
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
  for (let step = longestOpen(open) ?? lastOf(begun); step !== undefined;) {
    if (step.finishedAt !== null) way.add('engine', step.finishedAt);
    const before = way.stretches.length;
    walkBack(step, way);
    path.unshift(toStepTime(step, { createdMs, endedMs, stretches: way.stretches.slice(before) }));
    step = lastOf(parentsOf(step, byId));
  }
  way.add('engine', run.startedAt ?? run.createdAt);
  way.add('queue', run.createdAt);
  return { total: endedMs - createdMs, spent: sum(way.stretches), path };
}

/** The critical path, built from the run's end back to `#atMs`. */
class Way {
  readonly stretches: Stretch[] = [];
  readonly #createdMs: number;
  readonly #claimedMs: number;
  #atMs: number;

  constructor(run: { createdMs: number; claimedMs: number; endedMs: number }) {
    this.#createdMs = run.createdMs;
    this.#claimedMs = run.claimedMs;
    this.#atMs = run.endedMs;
  }

  /** Assigns a class to the time since `from` that has none. */
  add(name: string, from: Instant, item: number | null = null): void {
    const start = Math.max(this.#createdMs, Math.min(msOf(from), this.#atMs));
    const claimed = Math.min(Math.max(start, this.#claimedMs), this.#atMs);
    if (name !== 'engine') this.#push(name, start, this.#atMs, item);
    else {
      this.#push('engine', claimed, this.#atMs, item);
      this.#push('queue', start, claimed, item);
    }
    this.#atMs = start;
  }

  #push(name: string, from: number, to: number, item: number | null): void {
    if (from < to) this.stretches.push({ class: name, from, to, item });
  }
}

/** Follows a step back to the moment when it was ready. */
function walkBack(step: TimedStep, way: Way): void {
  const item = step.iteration ?? null;
  const name = classOf(step.kind);
  for (const attempt of attemptsOf(step).toReversed()) {
    if (attempt.finishedAt !== null) way.add('backoff', attempt.finishedAt, item);
    if (attempt.startedAt !== null) {
      walkItems(step.items ?? [], attempt.startedAt, way);
      way.add(name, attempt.startedAt, item);
    }
    if (attempt.readyAt !== null)
      way.add(isLaneKind(step.kind) ? 'queue' : 'engine', attempt.readyAt, item);
  }
}

/** An item is ready when its map starts, or when another item ends. */
function walkItems(items: readonly TimedStep[], since: Instant, way: Way): void {
  const sinceMs = msOf(since);
  const begun = items.filter(hasBegun);
  const open = longestOpen(begun.filter(({ finishedAt }) => finishedAt === null));
  const ended = begun
    .filter(({ finishedAt }) => finishedAt !== null)
    .toSorted((a, b) => msOf(a.finishedAt!) - msOf(b.finishedAt!));
  for (let item = open ?? ended.pop(); item !== undefined;) {
    if (item.finishedAt !== null) way.add('engine', item.finishedAt, item.iteration ?? null);
    walkBack(item, way);
    const readyMs = firstReadyMs(item);
    if (readyMs <= sinceMs) return;
    // Visits each item once, because a map may have ten thousand.
    while (ended.length > 0 && msOf(ended.at(-1)!.finishedAt!) > readyMs) ended.pop();
    item = ended.pop();
  }
}

/** Adds the attempt that is ready but has not started, or never did. */
function attemptsOf({ readyAt, attempts }: TimedStep): TimedAttempt[] {
  const last = attempts.at(-1);
  const isKnown = readyAt === null || (last?.readyAt && msOf(last.readyAt) >= msOf(readyAt));
  return isKnown ? [...attempts] : [...attempts, { readyAt, startedAt: null, finishedAt: null }];
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
  return step.status !== 'skipped' && attemptsOf(step).some(({ readyAt }) => readyAt !== null);
}

function firstReadyMs(step: TimedStep): number {
  return msOf(attemptsOf(step).find(({ readyAt }) => readyAt !== null)!.readyAt!);
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
  run: { createdMs: number; endedMs: number; stretches: Stretch[] },
): StepTime {
  const readyMs = firstReadyMs(step);
  const endMs = step.finishedAt === null ? run.endedMs : msOf(step.finishedAt);
  return {
    id: step.id,
    kind: step.kind,
    attempts: step.attempts.length,
    readyAfter: Math.max(0, readyMs - run.createdMs),
    total: Math.max(0, endMs - readyMs),
    spent: sum(run.stretches),
    stretches: run.stretches.toReversed(),
  };
}

function sum(stretches: readonly Stretch[]): TimeSpent {
  const spent: Record<string, number> = {};
  for (const { class: name, from, to } of stretches) spent[name] = (spent[name] ?? 0) + to - from;
  return spent;
}

function msOf(instant: Instant): number {
  return typeof instant === 'string' ? Date.parse(instant) : instant.getTime();
}

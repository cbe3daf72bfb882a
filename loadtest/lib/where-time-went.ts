import { KIND_WAITS, LANE_KINDS } from '@aio/catalog/labels';

/** What of a run is needed to account for its time, as the API tells it. */
export interface TimedRun {
  createdAt: string;
  /** When a worker first took it up. */
  startedAt: string | null;
  finishedAt: string | null;
  steps: readonly TimedStep[];
}

export interface TimedStep {
  id: string;
  kind: string;
  needs: readonly string[];
  status: string;
  readyAt: string | null;
  finishedAt: string | null;
  attempts: readonly TimedAttempt[];
  /** Of a map, if they were asked for: the way leads through them. */
  items?: readonly TimedStep[];
}

export interface TimedAttempt {
  readyAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
}

/**
 * Milliseconds by what an instant was for; they add up to the whole. `queue`; execution by the kind of a step in a lane,
 * or `other`; `backoff` and whatever steps wait for; `engine`: commits and bookkeeping.
 */
export type TimeSpent = Readonly<Record<string, number>>;

/** What parts of the time are called together where there is no room for all of them. */
const TIME_PARTS = {
  queue: ['queue'],
  execution: [...LANE_KINDS, 'other'],
  waiting: ['backoff', ...Object.values(KIND_WAITS)],
  engine: ['engine'],
} as const satisfies Record<string, readonly string[]>;

export type TimePart = keyof typeof TIME_PARTS;

/** A stretch of the way that decided how long the run took. Milliseconds since 1970. */
interface Stretch {
  class: string;
  from: number;
  to: number;
}

/** One step on that way. */
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
  /** From the first to the last. */
  path: StepTime[];
}

/**
 * Accounts for a run's time along its critical path: back from its end, each time to the one that ended last among
 * those that were waited for. Each instant belongs to one class, so that they add up.
 */
export function whereTimeWent(run: TimedRun): WhereTimeWent {
  const createdMs = Date.parse(run.createdAt);
  const endedMs = Date.parse(run.finishedAt ?? run.createdAt);
  const claimedMs = Date.parse(run.startedAt ?? run.createdAt);
  const stretches: Stretch[] = [];
  const path: StepTime[] = [];
  let at = endedMs;
  /** Everything since `from` that has no class yet. */
  const add = (name: string, from: number) => {
    const start = Math.max(createdMs, Math.min(from, at));
    if (start < at) stretches.push({ class: name, from: start, to: at });
    at = start;
  };
  const byId = new Map(run.steps.map((step) => [step.id, step]));
  /** Those that were waited for; one that was skipped has waited for its own. */
  const parentsOf = (step: TimedStep): TimedStep[] => {
    const parents = new Set(step.needs);
    for (const id of parents) {
      const { needs } = byId.get(id)!;
      if (!hasEnded(byId.get(id)!)) for (const above of needs) parents.add(above);
    }
    return [...parents].map((id) => byId.get(id)!).filter(hasEnded);
  };
  for (let step = lastOf(run.steps.filter(hasEnded)); step !== undefined;) {
    add('engine', Date.parse(step.finishedAt!));
    const before = stretches.length;
    walkBack(step, add);
    path.unshift(toStepTime(step, createdMs, stretches.slice(before)));
    step = lastOf(parentsOf(step));
  }
  add('engine', claimedMs);
  add('queue', createdMs);
  // An inline step that is first is ready from the start: until the run was taken up, it is the run that was queued.
  const spent = sum(stretches.flatMap((one) => splitAt(one, claimedMs)));
  return { total: endedMs - createdMs, spent, path };
}

/** Milliseconds that a part of the time took. */
export function timeOf(spent: TimeSpent, part: TimePart): number {
  return TIME_PARTS[part].reduce((all, name) => all + (spent[name] ?? 0), 0);
}

type Add = (name: string, from: number) => void;

/** From the step's end to when it was ready. */
function walkBack(step: TimedStep, add: Add): void {
  for (const attempt of step.attempts.toReversed()) {
    if (attempt.readyAt === null || attempt.startedAt === null) continue;
    if (attempt.finishedAt !== null) add('backoff', Date.parse(attempt.finishedAt));
    const startedMs = Date.parse(attempt.startedAt);
    walkItems(step.items ?? [], startedMs, add);
    add(classOf(step.kind), startedMs);
    add(isInLane(step.kind) ? 'queue' : 'engine', Date.parse(attempt.readyAt));
  }
}

/** An item is ready when its map begins, or when another item makes room for it. */
function walkItems(items: readonly TimedStep[], sinceMs: number, add: Add): void {
  const ended = items.filter(hasEnded);
  for (let item = lastOf(ended); item !== undefined;) {
    add('engine', Date.parse(item.finishedAt!));
    walkBack(item, add);
    const readyMs = Date.parse(item.attempts[0]!.readyAt!);
    if (readyMs <= sinceMs) return;
    item = lastOf(ended.filter(({ finishedAt }) => Date.parse(finishedAt!) <= readyMs));
  }
}

function classOf(kind: string): string {
  return isInLane(kind) ? kind : (KIND_WAITS[kind] ?? 'other');
}

function isInLane(kind: string): boolean {
  return LANE_KINDS.some((lane) => lane === kind);
}

/** Skipped steps take no time, and those of a failed run that never began have none. */
function hasEnded({ finishedAt, attempts }: TimedStep): boolean {
  return finishedAt !== null && attempts.some(({ readyAt }) => readyAt !== null);
}

function lastOf(steps: readonly TimedStep[]): TimedStep | undefined {
  return steps.toSorted((a, b) => Date.parse(b.finishedAt!) - Date.parse(a.finishedAt!))[0];
}

function splitAt(stretch: Stretch, claimedMs: number): Stretch[] {
  if (stretch.class !== 'engine' || stretch.from >= claimedMs) return [stretch];
  const middle = Math.min(stretch.to, claimedMs);
  return [
    { class: 'queue', from: stretch.from, to: middle },
    { class: 'engine', from: middle, to: stretch.to },
  ];
}

function toStepTime(step: TimedStep, createdMs: number, stretches: readonly Stretch[]): StepTime {
  const readyMs = Date.parse(step.attempts[0]!.readyAt!);
  return {
    id: step.id,
    kind: step.kind,
    attempts: step.attempts.length,
    readyAfter: Math.max(0, readyMs - createdMs),
    total: Math.max(0, Date.parse(step.finishedAt!) - readyMs),
    spent: sum(stretches),
  };
}

function sum(stretches: readonly Stretch[]): TimeSpent {
  const spent: Record<string, number> = {};
  for (const { class: name, from, to } of stretches)
    if (to > from) spent[name] = (spent[name] ?? 0) + to - from;
  return spent;
}

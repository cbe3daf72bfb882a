import type { Attempt, Step } from '../../shared/api.ts';
import { isFinished } from '../status/status.ts';

/**
 * `queue`: ready, but no worker has begun. `engine`: the worker that holds the run commits what was before. `execution`: an attempt at work. `wait`: a delay, an
 * approval, an event or a child run; it holds no worker. `backoff`: the pause before the next
 * attempt.
 */
export type Phase = 'queue' | 'engine' | 'execution' | 'wait' | 'backoff';

export interface Segment {
  phase: Phase;
  attempt: number;
  status: Attempt['status'];
  startMs: number; // epoch
  endMs: number;
  isOpen: boolean; // still growing: it ends at `nowMs`
  usage: Attempt['usage'];
}

/** The bars of a step or map item, in order. Open ones end at `nowMs`. */
export function segmentsOf(step: Step, nowMs: number): Segment[] {
  const segments: Segment[] = [];
  const attempts = allAttempts(step);
  for (const [index, attempt] of attempts.entries()) {
    const isLast = index === attempts.length - 1;
    segments.push(...attemptSegments(step, attempt, isLast, nowMs));
    const nextReadyAt = isLast ? null : attempts[index + 1]!.readyAt;
    if (attempt.finishedAt && (nextReadyAt || isBackingOff(step, isLast))) {
      segments.push(segment('backoff', attempt, attempt.finishedAt, nextReadyAt, nowMs));
    }
  }
  // Executions stay, however short: a line may have no other bar.
  return segments.filter(
    ({ phase, startMs, endMs, isOpen }) => phase === 'execution' || endMs > startMs || isOpen,
  );
}

function attemptSegments(step: Step, attempt: Attempt, isLast: boolean, nowMs: number): Segment[] {
  const segments: Segment[] = [];
  const stepEnd = isLast && isFinished(step.status) ? step.finishedAt : null;
  // A step that was cancelled before it began has an end but no start.
  const queueEnd = attempt.startedAt ?? attempt.finishedAt ?? stepEnd;
  if (attempt.readyAt)
    segments.push(segment(phaseBefore(step), attempt, attempt.readyAt, queueEnd, nowMs));
  if (attempt.startedAt) {
    const phase = step.awaits === null ? 'execution' : 'wait';
    segments.push(segment(phase, attempt, attempt.startedAt, attempt.finishedAt ?? stepEnd, nowMs));
  }
  return segments;
}

/** As in the split of the run's time: first steps wait until a worker takes the run, whatever their kind. */
function phaseBefore({ queues, needs, iteration }: Step): 'queue' | 'engine' {
  return queues || (needs.length === 0 && iteration === null) ? 'queue' : 'engine';
}

function segment(
  phase: Phase,
  attempt: Attempt,
  start: string,
  end: string | null,
  nowMs: number,
): Segment {
  const startMs = Date.parse(start);
  const endMs = end === null ? Math.max(startMs, nowMs) : Date.parse(end);
  const { number, status, usage } = attempt;
  return { phase, attempt: number, status, startMs, endMs, isOpen: end === null, usage };
}

/**
 * How long an execution waited for a model's first token, in ms; null = no model, or the answer
 * came at once.
 */
export function firstTokenMs({ phase, usage, startMs, endMs }: Segment): number | null {
  const ms = usage?.['timeToFirstTokenMs'];
  const isWithin = typeof ms === 'number' && ms > 0 && ms < endMs - startMs;
  return phase === 'execution' && isWithin ? ms : null;
}

/**
 * The fetched attempts, and the one that is not fetched yet: it has not begun, or only an event
 * says that it has. The step's own times are those of that attempt.
 */
function allAttempts(step: Step): Attempt[] {
  if (step.status === 'skipped') return step.attempts;
  const fetched = step.attempts.at(-1)?.number ?? 0;
  const isAhead = step.attempt > fetched;
  const isReady = step.status === 'ready' || (fetched === 0 && step.readyAt !== null);
  if (!isAhead && !isReady) return step.attempts;
  const times = isAhead ? {} : { startedAt: null, finishedAt: null };
  return [...step.attempts, { ...step, ...times, number: fetched + 1, workerId: null }];
}

function isBackingOff(step: Step, isLast: boolean): boolean {
  if (!isLast || step.status !== 'waiting') return false;
  return step.waitingFor?.reason === 'retry' || step.awaits === null;
}

/** Times of a step or map item over all its attempts, in ms; null = it had none, or unknown. */
export interface StepTimes {
  /** From ready to the end of the last attempt. */
  tookMs: number | null;
  queueMs: number | null;
  /** Bookkeeping before the step, in place of a queue. */
  engineMs: number | null;
  /** Sum of all attempts; for approvals, delays and other waits, the wait. */
  executionMs: number | null;
  backoffMs: number | null;
}

/** Whether the answer left out attempts of the step, the oldest ones. `/attempts` has them. */
export function lacksAttempts({ attempts: [first] }: Pick<Step, 'attempts'>): boolean {
  return first !== undefined && first.number > 1;
}

/** The step with the attempts that its answer left out. @param all a fetch of them, which may be older than the step */
export function withAttempts(step: Step, all: readonly Attempt[]): Step {
  const [first] = step.attempts;
  const earlier = first ? all.filter(({ number }) => number < first.number) : [];
  return { ...step, attempts: [...earlier, ...step.attempts] };
}

/**
 * Sums the bars of `segmentsOf`, so that figures and bars agree. Open bars count to `nowMs`. Sums over attempts of which
 * some are left out are unknown.
 */
export function stepTimes(step: Step, nowMs: number): StepTimes {
  const segments = segmentsOf(step, nowMs);
  const lacks = lacksAttempts(step);
  const sumOf = (...phases: Phase[]): number | null => {
    if (lacks) return null;
    const some = segments.filter(({ phase }) => phases.includes(phase));
    if (some.length === 0) return null;
    return some.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  };
  const startMs =
    lacks && step.firstReadyAt ? Date.parse(step.firstReadyAt) : (segments[0]?.startMs ?? 0);
  return {
    tookMs:
      segments.length === 0 ? null : Math.max(...segments.map(({ endMs }) => endMs)) - startMs,
    queueMs: sumOf('queue'),
    engineMs: sumOf('engine'),
    executionMs: sumOf('execution', 'wait'),
    backoffMs: sumOf('backoff'),
  };
}

/** Marks of the legend, in order. */
export const MARKS = [
  'queue',
  'engine',
  'firstToken',
  'succeeded',
  'running',
  'failed',
  'cancelled',
  'wait',
  'backoff',
] as const;
export type Mark = (typeof MARKS)[number];

/** The marks that the bars of these steps use. */
export function drawnMarks(steps: Iterable<Step>): ReadonlySet<Mark> {
  const marks = new Set<Mark>();
  for (const step of steps) {
    for (const segment of segmentsOf(step, Infinity)) {
      marks.add(markOf(segment));
      if (firstTokenMs(segment) !== null) marks.add('firstToken');
    }
  }
  return marks;
}

function markOf({ phase, status, isOpen }: Segment): Mark {
  if (phase !== 'execution') return phase;
  if (isOpen || status === 'running') return 'running';
  if (status === 'failed' || status === 'worker_lost') return 'failed';
  return status === 'succeeded' ? 'succeeded' : 'cancelled';
}

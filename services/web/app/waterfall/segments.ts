import type { Attempt, Step } from '../../shared/api.ts';
import { isFinished } from '../status/finished.ts';

/**
 * `queue`: ready, but no worker had begun. `execution`: an attempt at work. `wait`: a delay or an
 * approval, which holds no worker. `backoff`: the pause before the next attempt.
 */
export type Phase = 'queue' | 'execution' | 'wait' | 'backoff';

export interface Segment {
  phase: Phase;
  attempt: number;
  status: Attempt['status'];
  startMs: number; // epoch
  endMs: number;
  isOpen: boolean; // still growing: the end is now
}

const WAITING_KINDS = new Set(['delay', 'approval']);

/** The bars of a step or map item, in time; what has not ended reaches to `nowMs`. */
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
  return segments.filter(({ startMs, endMs, isOpen }) => endMs > startMs || isOpen);
}

function attemptSegments(step: Step, attempt: Attempt, isLast: boolean, nowMs: number): Segment[] {
  const segments: Segment[] = [];
  // A step that was cancelled before it began has an end, but no start.
  const queueEnd = attempt.startedAt ?? attempt.finishedAt ?? (isLast ? step.finishedAt : null);
  if (attempt.readyAt) segments.push(segment('queue', attempt, attempt.readyAt, queueEnd, nowMs));
  if (attempt.startedAt) {
    const phase = WAITING_KINDS.has(step.kind) ? 'wait' : 'execution';
    const end = attempt.finishedAt ?? (isLast ? step.finishedAt : null);
    segments.push(segment(phase, attempt, attempt.startedAt, end, nowMs));
  }
  return segments;
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
  const { number, status } = attempt;
  return { phase, attempt: number, status, startMs, endMs, isOpen: end === null };
}

/** Events may be ahead of the attempts that were fetched: then the step's own times are the last. */
function allAttempts(step: Step): Attempt[] {
  const isAhead = step.attempt > (step.attempts.at(-1)?.number ?? 0);
  const isQueuedFirst = step.attempts.length === 0 && step.readyAt !== null;
  if (!isAhead && !isQueuedFirst) return step.attempts;
  return [...step.attempts, { ...step, number: Math.max(1, step.attempt), workerId: null }];
}

function isBackingOff(step: Step, isLast: boolean): boolean {
  return isLast && step.status === 'waiting' && !WAITING_KINDS.has(step.kind);
}

/** Whether bars of the step may still grow. */
export function isGrowing(step: Step): boolean {
  return step.status !== 'pending' && !isFinished(step.status);
}

import type { Step } from '../../shared/api.ts';
import type { Span } from './axis.ts';
import { segmentsOf } from './segments.ts';

/** Shorter stretches are never folded. */
const LEAST_MS = 10_000;
/** A folded stretch is at least this share of the run … */
const LEAST_SHARE = 0.1;
/** … and all of them together are more than this share. Below it, the work is readable as it is. */
const LEAST_SHARE_OF_ALL = 0.6;
/** Work takes at least this share of the unfolded axis. Below it, folds make the work no easier to read. */
const LEAST_SHARE_OF_WORK = 0.2;
const MOST_FOLDS = 3;

/**
 * The stretches in which no step executes or queues, in order. The first has no start, and the last
 * no end unless a step is open. A wait that goes on now is not idle: it is what the run is about.
 */
export function idleStretches(steps: readonly Step[]): Span[] {
  const busy = steps.flatMap(busyTimes).sort((a, b) => a.startMs - b.startMs);
  const idle: Span[] = [];
  let endMs = -Infinity;
  for (const time of busy) {
    if (time.startMs > endMs) idle.push({ startMs: endMs, endMs: time.startMs });
    endMs = Math.max(endMs, time.endMs);
  }
  if (endMs < Infinity) idle.push({ startMs: endMs, endMs: Infinity });
  return idle;
}

/** The stretches that the axis folds: the longest, if the run was idle for most of its time. */
export function foldsOf(idle: readonly Span[], span: Span): Span[] {
  const lengthMs = span.endMs - span.startMs;
  const leastMs = Math.max(LEAST_MS, lengthMs * LEAST_SHARE);
  const within = idle.map(({ startMs, endMs }) => ({
    startMs: Math.max(startMs, span.startMs),
    endMs: Math.min(endMs, span.endMs),
  }));
  const folds = within
    .filter((stretch) => lengthOf(stretch) >= leastMs)
    .sort((a, b) => lengthOf(b) - lengthOf(a))
    .slice(0, MOST_FOLDS)
    .sort((a, b) => a.startMs - b.startMs);
  const foldedMs = totalOf(folds);
  const workMs = lengthMs - totalOf(within);
  const isReadable = workMs >= (lengthMs - foldedMs) * LEAST_SHARE_OF_WORK;
  return isReadable && foldedMs > lengthMs * LEAST_SHARE_OF_ALL ? folds : [];
}

function totalOf(stretches: readonly Span[]): number {
  return stretches.reduce((sum, stretch) => sum + Math.max(0, lengthOf(stretch)), 0);
}

function lengthOf({ startMs, endMs }: Span): number {
  return endMs - startMs;
}

/** A map whose items wait is idle. A closed child run may be working, so its wait is busy. */
function busyTimes(step: Step): Span[] {
  const isWaitingMap = Boolean(step.itemAwaits) && step.itemAwaits !== 'child';
  return segmentsOf(step, Infinity).filter(
    ({ phase, isOpen }) =>
      isOpen ||
      phase === 'queue' ||
      phase === 'engine' ||
      (phase === 'execution' && !isWaitingMap) ||
      (phase === 'wait' && step.awaits === 'child'),
  );
}

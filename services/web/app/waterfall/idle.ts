import type { Step } from '../../shared/api.ts';
import type { Span } from './axis.ts';
import { segmentsOf } from './segments.ts';

/** Shorter waits stay on the axis. */
const LEAST_MS = 10_000;

/**
 * The stretches in which no step executes or queues, in order. The first has no start, and the last
 * no end unless a step is open. A wait that goes on now is not idle: it is what the run is about.
 */
function idleStretches(steps: readonly Step[]): Span[] {
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

/** The stretches of more than 10 s within the run in which its steps only waited, in order. */
export function longWaits(steps: readonly Step[], span: Span): Span[] {
  return idleStretches(steps)
    .map(({ startMs, endMs }) => ({
      startMs: Math.max(startMs, span.startMs),
      endMs: Math.min(endMs, span.endMs),
    }))
    .filter(({ startMs, endMs }) => endMs - startMs > LEAST_MS);
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

import type { Step } from '../../shared/api.ts';
import { segmentsOf, type Phase } from './segments.ts';

/** Times of a step or map item over all its attempts, in ms; null = it had none. */
export interface StepTimes {
  /** From the start of the first attempt to the end of the last one. */
  tookMs: number | null;
  queueMs: number | null;
  /** Sum of all attempts; for approvals, delays and other waits, the wait. */
  executionMs: number | null;
  backoffMs: number | null;
}

/** Sums the bars of `segmentsOf`, so that figures and bars agree. Open bars count to `nowMs`. */
export function stepTimes(step: Step, nowMs: number): StepTimes {
  const segments = segmentsOf(step, nowMs);
  const sumOf = (...phases: Phase[]): number | null => {
    const some = segments.filter(({ phase }) => phases.includes(phase));
    if (some.length === 0) return null;
    return some.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  };
  const first = segments.find(({ phase }) => phase === 'execution' || phase === 'wait');
  return {
    tookMs: first ? Math.max(...segments.map(({ endMs }) => endMs)) - first.startMs : null,
    queueMs: sumOf('queue'),
    executionMs: sumOf('execution', 'wait'),
    backoffMs: sumOf('backoff'),
  };
}

import type { Step } from '../../shared/api.ts';
import { segmentsOf, type Phase } from './segments.ts';

/** What a step or map item took over all of its attempts; null = it has had none of it. */
export interface StepTimes {
  /** From the start of the first attempt to the end of the last one. */
  tookMs: number | null;
  queueMs: number | null;
  /** Of all attempts together; of an approval, a delay and the like, the wait. */
  executionMs: number | null;
  backoffMs: number | null;
}

/** Adds up what `segmentsOf` draws, so that figures and bars agree; what has not ended counts to `nowMs`. */
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

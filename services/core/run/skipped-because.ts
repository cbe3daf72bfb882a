/** Why a step of a run never started. */

import { forbids, type Join } from './readiness.ts';
import type { RunStatus, StepStatus } from './states.ts';

export type SkippedBecause =
  /** Its condition was not true. */
  | { reason: 'condition'; expression: string }
  /** A step that it needs ended in this status. */
  | { reason: 'upstream'; step: string; status: StepStatus }
  /** The run failed before the step could start. `step` is the cause; null = another cause, such as the timeout. */
  | { reason: 'run_failed'; step: string | null };

/** @returns null = the step started, or may still start */
export function skippedBecause(
  step: {
    status: StepStatus;
    /** Attempts started. */
    attempt: number;
    needs: readonly string[];
    join: Join;
    condition: string | null;
  },
  run: {
    status: RunStatus;
    /** The step that made the run fail. */
    failedStep: string | null;
    statusOf(step: string): StepStatus;
  },
): SkippedBecause | null {
  if (step.status === 'cancelled' && step.attempt === 0 && run.status === 'failed')
    return { reason: 'run_failed', step: run.failedStep };
  if (step.status !== 'skipped') return null;
  const culprit = step.needs.find((parent) => forbids(step.join, run.statusOf(parent)));
  if (culprit !== undefined)
    return { reason: 'upstream', step: culprit, status: run.statusOf(culprit) };
  return { reason: 'condition', expression: step.condition ?? '' };
}

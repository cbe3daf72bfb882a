/** Why a step of a run was never executed. */

import { forbids, type Join } from './readiness.ts';
import type { RunStatus, StepStatus } from './states.ts';

export type SkippedBecause =
  /** Its condition was not true. */
  | { reason: 'condition'; expression: string }
  /** What became of a step that it needs. */
  | { reason: 'upstream'; step: string; status: StepStatus }
  /** The run failed before its turn came, by the end of a step; null = by none, e.g. by its timeout. */
  | { reason: 'run_failed'; step: string | null };

/** @returns null = it was executed, or may still be */
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
    /** The step that it failed by. */
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

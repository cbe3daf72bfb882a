import type { Run, Step } from '../../shared/api.ts';
import { isFinished } from '../status/finished.ts';
import { t } from '../text/i18n.ts';
import { isStopped } from './describe-wait.ts';

/** How steps can end other than `succeeded`, in the order of the sentence. */
const OTHER_ENDS = ['failed', 'notReached', 'skipped', 'cancelled'] as const;

/** How the steps of a run ended: `5 of 7 succeeded, 1 failed, 1 not reached`. Items of maps don't count. */
export function describeSteps({ steps, status }: Pick<Run, 'steps' | 'status'>): string {
  const ends = steps.map((step) => endOf(step, isFinished(status)));
  const countOf = (end: string): number => ends.filter((each) => each === end).length;
  const succeeded = t('run.stepsSucceeded', { count: countOf('succeeded'), total: steps.length });
  const others = OTHER_ENDS.filter((end) => countOf(end) > 0).map((end) =>
    t(`run.stepsEnded.${end}`, { count: countOf(end) }),
  );
  return [succeeded, ...others].join(t('time.and'));
}

function endOf(step: Step, isOver: boolean): string {
  const isUntouched = isOver && !isFinished(step.status);
  return isUntouched || step.skippedBecause?.reason === 'run_failed' ? 'notReached' : step.status;
}

/** The time in epoch ms since which no step executes; null = a step executes, or the run is over. */
export function stillSinceMs(run: Run): number | null {
  const isBlocked = run.waitingFor !== null && isStopped(run.waitingFor);
  const isStill = run.status === 'queued' || run.status === 'waiting' || isBlocked;
  if (!isStill) return null;
  const ends = run.steps.flatMap(({ attempts }) => attempts.map(({ finishedAt }) => finishedAt));
  return Math.max(Date.parse(run.createdAt), ...ends.map((end) => (end ? Date.parse(end) : 0)));
}

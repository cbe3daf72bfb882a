import type { Run, Step } from '../../shared/api.ts';
import { isFinished, appearanceOf } from '../status/status.ts';
import { t } from '../text/i18n.ts';
import { isStopped, describeWait } from './describe-wait.ts';
import { formatDuration } from '../format/duration.ts';
import { stepTimes } from '../waterfall/segments.ts';

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

/** Why a step did not execute, or not to its end, as a sentence; null = it did, or still may. */
export function describeSkip(
  { status, attempt, skippedBecause: why }: Pick<Step, 'status' | 'attempt' | 'skippedBecause'>,
  run: Pick<Run, 'status'>,
): string | null {
  if (why?.reason === 'condition') return t('step.skippedCondition');
  if (why?.reason === 'upstream') return describeUpstream(why.step, why.status);
  if (why?.reason === 'run_failed')
    return why.step === null ? t('step.notReachedAtAll') : t('step.notReached', { step: why.step });
  if (status !== 'cancelled' || run.status === 'failed') return null;
  return t(attempt === 0 ? 'step.cancelledBefore' : 'step.cancelled');
}

function describeUpstream(step: string, status: Step['status']): string {
  if (status === 'failed') return t('step.skippedUpstreamFailed', { step });
  if (status === 'succeeded') return t('step.skippedUpstreamSucceeded', { step });
  return t('step.skippedUpstream', { step, status: appearanceOf(status).label.toLowerCase() });
}

/** A line's icons and bars in words, for screen readers. */
export function describeStep(step: Step, nowMs: number): string {
  const parts = [step.kind, appearanceOf(step.status).label.toLowerCase()];
  if (step.waitingFor) parts.push(describeWait(step.waitingFor, nowMs));
  if (step.error) parts.push(step.error.message);
  const { queueMs } = stepTimes(step, nowMs);
  if (queueMs !== null) {
    parts.push(t('waterfall.queued', { length: formatDuration(queueMs) }));
  }
  const firstToken = step.attempts.at(-1)?.usage?.['timeToFirstTokenMs'];
  if (typeof firstToken === 'number') {
    parts.push(t('waterfall.firstToken', { length: formatDuration(firstToken) }));
  }
  return parts.join(', ');
}

import type { Run, Step } from '../../shared/api.ts';
import { isFinished, appearanceOf } from '../status/status.ts';
import { isStopped, describeWait } from './describe-wait.ts';
import { formatDuration } from '../format/duration.ts';
import { stepTimes } from '../waterfall/segments.ts';

/** How steps can end other than `succeeded`, in the order of the sentence. */
const OTHER_ENDS = [
  ['failed', 'failed'],
  ['notReached', 'not reached'],
  ['skipped', 'skipped'],
  ['cancelled', 'cancelled'],
] as const;

/** How the steps of a run ended: `5 of 7 succeeded, 1 failed, 1 not reached`. Items of maps don't count. */
export function describeSteps({ steps, status }: Pick<Run, 'steps' | 'status'>): string {
  const ends = steps.map((step) => endOf(step, isFinished(status)));
  const countOf = (end: string): number => ends.filter((each) => each === end).length;
  const succeeded = `${countOf('succeeded')} of ${steps.length} succeeded`;
  const others = OTHER_ENDS.filter(([end]) => countOf(end) > 0).map(
    ([end, words]) => `${countOf(end)} ${words}`,
  );
  return [succeeded, ...others].join(', ');
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
  if (why?.reason === 'condition') return 'Skipped, because its condition was not true:';
  if (why?.reason === 'upstream') return describeUpstream(why.step, why.status);
  if (why?.reason === 'run_failed')
    return why.step === null
      ? 'Not reached: the run failed first.'
      : `Not reached: the run failed at ${why.step} first.`;
  if (status !== 'cancelled' || run.status === 'failed') return null;
  return attempt === 0 ? 'Cancelled before it started.' : 'Cancelled before it ended.';
}

function describeUpstream(step: string, status: Step['status']): string {
  if (status === 'failed') return `Skipped, because ${step} failed.`;
  if (status === 'succeeded') return `Skipped, because ${step} succeeded.`;
  return `Skipped, because ${step} was ${appearanceOf(status).label.toLowerCase()}.`;
}

/** A line's icons and bars in words, for screen readers. */
export function describeStep(step: Step, nowMs: number): string {
  const parts = [step.kind, appearanceOf(step.status).label.toLowerCase()];
  if (step.waitingFor) parts.push(describeWait(step.waitingFor, nowMs));
  if (step.error) parts.push(step.error.message);
  const { queueMs } = stepTimes(step, nowMs);
  if (queueMs !== null) {
    parts.push(`queued ${formatDuration(queueMs)}`);
  }
  const firstToken = step.attempts.at(-1)?.usage?.['timeToFirstTokenMs'];
  if (typeof firstToken === 'number') {
    parts.push(`first token after ${formatDuration(firstToken)}`);
  }
  return parts.join(', ');
}

import type { Step } from '../../shared/api.ts';
import { formatDuration } from '../format/duration.ts';
import { describeWait } from '../run/describe-wait.ts';
import { appearanceOf } from '../status/appearance.ts';
import { t } from '../text/i18n.ts';
import { stepTimes } from './step-times.ts';

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

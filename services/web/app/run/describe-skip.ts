import type { Run, Step } from '../../shared/api.ts';
import { t } from '../text/i18n.ts';
import { appearanceOf } from '../status/appearance.ts';

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

import type { Approval } from '../../shared/api.ts';
import { formatDuration } from '../format/duration.ts';
import { formatMoment } from '../format/moment.ts';
import { t } from '../text/i18n.ts';

/** What became of a person's decision. */
export interface DecisionNews {
  sentence: string;
  /** false = another person decided first. */
  isOwn: boolean;
  /** Address of the run; null = the page shows it, or the person may not see it. */
  to: string | null;
}

type Asked = Pick<Approval, 'approver'>;

function readApprover({ approver }: Asked): { role?: string; user?: string } {
  return (approver as { role?: string; user?: string } | null) ?? {};
}

/** The approver in two or three words: `by role admin`. */
export function describeApprover(approval: Asked): string {
  const { role, user } = readApprover(approval);
  if (user !== undefined) return t('approval.byUser', { user });
  return role === undefined ? t('approval.byOwner') : t('approval.byRole', { role });
}

/** Sentence with the users who may decide, for users who may not. */
export function whoMayDecide(approval: Asked): string {
  const { role, user } = readApprover(approval);
  if (user !== undefined) return t('approval.onlyUser', { user });
  if (role === 'admin') return t('approval.onlyAdmins');
  return role === undefined ? t('approval.onlyOwner') : t('approval.onlyRole', { role });
}

/** `18:00:00 (in 2 h 5 m)` */
export function describeDeadline(dueAt: string, nowMs: number): string {
  const time = formatMoment(dueAt, nowMs);
  const leftMs = Date.parse(dueAt) - nowMs;
  if (leftMs <= 0) return t('approval.deadlineOver', { time });
  const left = formatDuration(Math.ceil(leftMs / 1000) * 1000);
  return t('approval.deadline', { time, left });
}

import type { Approval } from '../../shared/api.ts';
import { formatDuration } from '../format/duration.ts';
import { formatMoment } from '../format/moment.ts';

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
  if (user !== undefined) return `by ${user}`;
  return role === undefined ? 'by the owner of the run or an admin' : `by role ${role}`;
}

/** Sentence with the users who may decide, for users who may not. */
export function whoMayDecide(approval: Asked): string {
  const { role, user } = readApprover(approval);
  if (user !== undefined) return `Only ${user} and admins can decide.`;
  if (role === 'admin') return 'Only admins can decide.';
  return role === undefined
    ? 'Only the owner of the run and admins can decide.'
    : `Only people with the role ${role} and admins can decide.`;
}

/** `18:00:00 (in 2 h 5 m)` */
export function describeDeadline(dueAt: string, nowMs: number): string {
  const time = formatMoment(dueAt, nowMs);
  const leftMs = Date.parse(dueAt) - nowMs;
  if (leftMs <= 0) return `${time} (expired)`;
  const left = formatDuration(Math.ceil(leftMs / 1000) * 1000);
  return `${time} (in ${left})`;
}

import type { Approval } from '@aio/platform/queries/list-approvals';
import { isAdmin, owns, type Principal } from '../../auth/principal.ts';

/** Whether the approval names the principal or one of its roles. */
function isAskedFor({ name, subject, roles }: Principal, { approver }: Approval): boolean {
  if (approver === null) return false;
  if ('role' in approver) return roles.includes(approver.role);
  const user = approver.user.toLowerCase();
  return user === name.toLowerCase() || user === subject;
}

/** If an approval names a person or role, the run's owner cannot decide it. */
export function mayDecide(principal: Principal, approval: Approval): boolean {
  if (approval.approver !== null && !isAdmin(principal)) return isAskedFor(principal, approval);
  return owns(principal, approval.owner);
}

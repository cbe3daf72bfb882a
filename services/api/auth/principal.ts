import type { AuditActor } from '@aio/platform/queries/audit-log';
import type { RequestContext } from '../http/request-state.ts';

/** The caller of a request, as the login service identifies it. */
export interface Principal {
  /** Never changes, even if the name does. Objects name their owner by it. */
  subject: string;
  /** User name, to show. Another person may have the same. */
  name: string;
  /** The name of AIO_OIDC_UNIQUE_NAME_CLAIM, by which approvals may name the caller. */
  uniqueName?: string | undefined;
  roles: readonly string[];
  via: 'bearer' | 'session';
  /** Hash of the id of the browser session; absent with a token. */
  session?: string;
  /** End of the token or session, in ms since 1970. */
  expiresAtMs: number;
}

export const ADMIN = 'admin';
export const BUILDER = 'builder';

export function isAdmin({ roles }: Pick<Principal, 'roles'>): boolean {
  return roles.includes(ADMIN);
}

/** Whether the caller may have objects of its own. */
export function isMember({ roles }: Pick<Principal, 'roles'>): boolean {
  return roles.includes(BUILDER) || roles.includes(ADMIN);
}

/** The owner whose objects the caller sees; null = all owners. */
export function scopeOf(principal: Principal): string | null {
  return isAdmin(principal) ? null : principal.subject;
}

/** Whether the caller may see and change objects of this owner. */
export function owns(principal: Principal, owner: string): boolean {
  return isAdmin(principal) || principal.subject === owner;
}

/** The actor of a change, for the audit log. */
export function actorOf(
  action: string,
  { subject, name, via }: Pick<Principal, 'subject' | 'name' | 'via'>,
  ctx: RequestContext,
): AuditActor {
  return { subject, name, via, action, address: ctx.state.address, traceId: ctx.state.traceId };
}

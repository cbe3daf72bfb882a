import type { AuditActor } from '@aio/platform/queries/audit-log';
import type { RequestContext } from '../http/request-state.ts';
import type { Principal } from './principal.ts';

/** The actor of a change, for the audit log. */
export function actorOf(
  action: string,
  { subject, name, via }: Pick<Principal, 'subject' | 'name' | 'via'>,
  ctx: RequestContext,
): AuditActor {
  return { subject, name, via, action, address: ctx.state.address, traceId: ctx.state.traceId };
}

import type { AuditActor } from '@aio/platform/queries/audit-log';
import { isLoopbackName } from '../http/loopback.ts';
import type { RequestContext } from '../http/request-state.ts';
import type { Principal } from './principal.ts';

/** Who does what from where, for the audit log. */
export function actorOf(
  action: string,
  { subject, name, via }: Pick<Principal, 'subject' | 'name' | 'via'>,
  ctx: RequestContext,
): AuditActor {
  return { subject, name, via, action, address: addressOf(ctx), traceId: ctx.state.traceId };
}

/** What a server on this machine says of whom it passes on is believed; of others it is their own. */
function addressOf(ctx: RequestContext): string | null {
  const direct = ctx.req.socket.remoteAddress?.replace(/^::ffff:/, '') ?? null;
  if (direct === null || !isLoopbackName(direct)) return direct;
  return ctx.get('X-Forwarded-For').split(',').at(-1)?.trim().slice(0, 45) || direct;
}

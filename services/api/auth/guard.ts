import type { Next } from 'koa';
import type { LabelsOf, Metrics } from '@aio/catalog/instruments';
import { AioError } from '@aio/core/errors';
import type { Route } from '../http/define-route.ts';
import type { RequestContext } from '../http/request-state.ts';
import type { Authenticate } from './authenticate.ts';
import type { RequireSameSite } from './csrf.ts';
import { type Access, accessOf, ROLES } from './policy.ts';
import type { Principal } from './principal.ts';

/** A middleware before each route, by what the policy says of it. */
export type Guard = (route: Route) => (ctx: RequestContext, next: Next) => Promise<void>;

/**
 * Lets nobody pass whom the policy does not name. It comes before anything of the request is read:
 * whoever may not call a route learns nothing of what is behind it.
 */
export function createGuard(deps: {
  authenticate: Authenticate;
  requireSameSite: RequireSameSite;
  metrics: Pick<Metrics<'api'>, 'accessRefusals'>;
}): Guard {
  return (route) => {
    const access = accessOf(route);
    return async (ctx, next) => {
      ctx.state.route = route.path;
      if (access === 'open') return next();
      ctx.state.principal = await admit(ctx, access).catch((error: unknown) => {
        const reason = reasonOf(error);
        if (reason !== null) deps.metrics.accessRefusals.inc({ reason });
        throw error;
      });
      return next();
    };
  };

  async function admit(ctx: RequestContext, access: Exclude<Access, 'open'>): Promise<Principal> {
    const principal = await deps.authenticate(ctx);
    deps.requireSameSite(ctx, principal);
    requireRole(principal, ROLES[access]);
    return principal;
  }
}

type Reason = LabelsOf<'accessRefusals'>['reason'];

/** null = it was not refused: something was not there to decide it. */
function reasonOf(error: unknown): Reason | null {
  if (!(error instanceof AioError)) return null;
  if (error.code === 'cross_site') return 'cross_site';
  if (error.code === 'forbidden') return 'role';
  if (error.code !== 'unauthenticated') return null;
  return (error.details['reason'] as Reason | undefined) ?? 'bad_token';
}

function requireRole({ roles }: Principal, wanted: readonly string[]): void {
  if (wanted.length === 0 || wanted.some((role) => roles.includes(role))) return;
  throw new AioError('forbidden', `This route wants the role ${wanted.join(' or ')}.`);
}

import type { Next } from 'koa';
import { AioError } from '@aio/core/errors';
import type { Route } from '../http/define-route.ts';
import type { RequestContext } from '../http/request-state.ts';
import type { Authenticate } from './authenticate.ts';
import type { RequireSameSite } from './csrf.ts';
import { accessOf, ROLES } from './policy.ts';
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
}): Guard {
  return (route) => {
    const access = accessOf(route);
    return async (ctx, next) => {
      ctx.state.route = route.path;
      if (access === 'open') return next();
      const principal = await deps.authenticate(ctx);
      deps.requireSameSite(ctx, principal);
      requireRole(principal, ROLES[access]);
      ctx.state.principal = principal;
      return next();
    };
  };
}

function requireRole({ roles }: Principal, wanted: readonly string[]): void {
  if (wanted.length === 0 || wanted.some((role) => roles.includes(role))) return;
  throw new AioError('forbidden', `This route wants the role ${wanted.join(' or ')}.`);
}

import type { LabelsOf, Metrics } from '@aio/catalog/metrics/instruments';
import { AioError } from '@aio/core/errors';
import type { Route } from '../http/define-route.ts';
import type { Middleware, RequestContext } from '../http/request-state.ts';
import type { Authenticate } from './authenticate.ts';
import type { RequireSameSite } from './csrf.ts';
import { accessOf, type BoardsFor, ROLES } from './policy.ts';
import type { Principal } from './principal.ts';

/** Middleware in front of each route. */
export interface Guard {
  /** Authenticates the caller, unless the route needs no login. */
  identify(route: Route): Middleware;
  /** Refuses callers whom the policy does not name. */
  admit(route: Route): Middleware;
}

/** Checks access before the request is read, so callers without access learn nothing about a route's objects. */
export function createGuard(deps: {
  authenticate: Authenticate;
  requireSameSite: RequireSameSite;
  metrics: Pick<Metrics<'api'>, 'accessRefusals' | 'tokenRequests'>;
  boardsFor: BoardsFor;
}): Guard {
  return {
    identify(route) {
      const access = accessOf(route);
      return async (ctx, next) => {
        ctx.state.route = route.path;
        if (access !== 'open') {
          if (ctx.get('Authorization') !== '') deps.metrics.tokenRequests.inc();
          await counted(async () => {
            ctx.state.principal = await deps.authenticate(ctx);
          });
        }
        return next();
      };
    },
    admit(route) {
      const access = accessOf(route);
      return async (ctx, next) => {
        if (access !== 'open') {
          const wanted = ROLES[access === 'boards' ? deps.boardsFor : access];
          await counted(async () => check(ctx, wanted));
        }
        return next();
      };
    },
  };

  function check(ctx: RequestContext, wanted: readonly string[]): void {
    const { principal } = ctx.state;
    if (principal === undefined) throw new Error('`admit` ran without `identify`.');
    deps.requireSameSite(ctx, principal);
    requireRole(principal, wanted);
  }

  /** Counts refusals. */
  async function counted(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== null) deps.metrics.accessRefusals.inc({ reason });
      throw error;
    }
  }
}

type Reason = LabelsOf<'accessRefusals'>['reason'];

/** null = no refusal, e.g. Redis is down. */
function reasonOf(error: unknown): Reason | null {
  if (!(error instanceof AioError)) return null;
  if (error.code === 'cross_site') return 'cross_site';
  if (error.code === 'forbidden') return 'role';
  if (error.code !== 'unauthenticated') return null;
  return (error.details['reason'] as Reason | undefined) ?? 'bad_token';
}

function requireRole({ roles }: Principal, wanted: readonly string[]): void {
  if (wanted.length === 0 || wanted.some((role) => roles.includes(role))) return;
  throw new AioError('forbidden', `You need the ${wanted.join(' or ')} role.`);
}

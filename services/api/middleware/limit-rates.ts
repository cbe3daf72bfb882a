import type { BlockList } from 'node:net';
import type { Metrics } from '@aio/catalog/metrics/instruments';
import type { RateLimitPolicy } from '@aio/catalog/metrics/labels';
import { AioError } from '@aio/core/errors';
import type { Route } from '../http/define-route.ts';
import { isProbe, type Middleware, pathOf, type RequestContext } from '../http/request-state.ts';
import type { Buckets, Taken } from '../limits/buckets.ts';
import { findClientAddress, networkOf } from '../limits/client-address.ts';
import type { Quota, Quotas } from '../limits/quota.ts';

/** Ids of the routes that count as `login`: the login service works for each of their requests. */
const LOGINS: ReadonlySet<string> = new Set(['login', 'finishLogin']);

export interface RateLimitDeps {
  buckets: Buckets;
  quotas: Quotas;
  /** Proxies whose `X-Forwarded-For` counts. */
  trustedProxies: BlockList;
  metrics: Pick<Metrics<'api'>, 'rateLimited'>;
}

/**
 * Three middlewares: `byAddress` runs first, `byRoute` in front of a route, `byPrincipal` after authentication. They send
 * what is left (draft-ietf-httpapi-ratelimit-headers-10), and refuse with `rate_limited` and Retry-After.
 */
export function limitRates(deps: RateLimitDeps): {
  byAddress: Middleware;
  /** Counts the route that the router found, because a path has many spellings: `#x`, an absolute URL. */
  byRoute(route: Pick<Route, 'id'>): Middleware[];
  byPrincipal: Middleware;
} {
  const { buckets, quotas, metrics } = deps;

  function take(ctx: RequestContext, policy: RateLimitPolicy, id: string): void {
    const quota = quotas[policy];
    if (quota === null) return;
    const taken = buckets.take(policy, id, quota);
    tell(ctx, policy, quota, taken);
    if (taken.isAllowed) return;
    metrics.rateLimited.inc({ policy });
    ctx.set('Retry-After', String(seconds(taken.resetMs)));
    throw new AioError(
      'rate_limited',
      `More than ${quota.requests} requests in ${seconds(quota.windowMs)} s (quota "${policy}").`,
    );
  }

  return {
    byAddress(ctx, next) {
      const { remoteAddress } = ctx.req.socket;
      const address = findClientAddress(
        remoteAddress,
        ctx.get('X-Forwarded-For'),
        deps.trustedProxies,
      );
      ctx.state.address = address;
      const peer = findClientAddress(remoteAddress, '', deps.trustedProxies);
      ctx.state.isForwarded = address !== peer;
      if (!isProbe(pathOf(ctx))) take(ctx, 'address', networkOf(address));
      return next();
    },

    byRoute({ id }) {
      if (!LOGINS.has(id)) return [];
      return [
        (ctx, next) => {
          take(ctx, 'login', networkOf(ctx.state.address));
          return next();
        },
      ];
    },

    byPrincipal(ctx, next) {
      const { principal, address } = ctx.state;
      if (principal !== undefined)
        take(ctx, principal.via === 'bearer' ? 'machine' : 'user', principal.subject);
      else if (!isProbe(pathOf(ctx))) take(ctx, 'anonymous', networkOf(address));
      return next();
    },
  };
}

function tell(ctx: RequestContext, policy: RateLimitPolicy, quota: Quota, taken: Taken): void {
  append(ctx, 'RateLimit-Policy', `"${policy}";q=${quota.requests};w=${seconds(quota.windowMs)}`);
  append(ctx, 'RateLimit', `"${policy}";r=${taken.left};t=${seconds(taken.resetMs)}`);
}

/** Both headers are lists, so one line holds all items. */
function append(ctx: RequestContext, name: string, item: string): void {
  const known = ctx.response.get(name);
  ctx.set(name, known ? `${String(known)}, ${item}` : item);
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

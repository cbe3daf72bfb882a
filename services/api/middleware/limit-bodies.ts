import type { Route } from '../http/define-route.ts';
import { lifetimeOf } from '../http/lifetime.ts';
import type { Middleware, RequestContext } from '../http/request-state.ts';
import { type AtOnce, LARGE_BYTES } from '../limits/at-once.ts';

/** Limits large bodies in progress, before any is read. Callers without login have no route for them. */
export function limitBodies(atOnce: AtOnce): (route: Route) => Middleware[] {
  const limit: Middleware = (ctx, next) => {
    const { principal } = ctx.state;
    if (principal !== undefined && mayBeLarge(ctx))
      atOnce.enter('large_bodies', { principal, signal: lifetimeOf(ctx) });
    return next();
  };
  return ({ body }) => (body !== undefined && body.maxBytes > LARGE_BYTES ? [limit] : []);
}

/** A body without a length counts as large. */
function mayBeLarge(ctx: RequestContext): boolean {
  const length = ctx.get('Content-Length');
  return length === '' ? ctx.get('Transfer-Encoding') !== '' : Number(length) > LARGE_BYTES;
}

import { Router } from '@koa/router';
import { AioError } from '@aio/core/errors';
import { answerWith } from './answer-with.ts';
import type { Route } from './define-route.ts';
import type { Middleware, RequestContext, RequestState } from './request-state.ts';

/** A router of all routes. `before` returns the middleware of a route; GET routes answer HEAD too. */
export function mountRoutes(
  routes: readonly Route[],
  before: (route: Route) => readonly Middleware[],
): Router<RequestState> {
  const router = new Router<RequestState>({ sensitive: true, strict: true });
  for (const route of routes) {
    const methods = route.method === 'GET' ? ['get', 'head'] : [route.method.toLowerCase()];
    router.register(route.path.replaceAll(/\{(\w+)\}/g, ':$1'), methods, [
      ...before(route),
      answerWith(route),
    ]);
  }
  return router;
}

/** Answers if no route matched: OPTIONS with the path's methods, otherwise 405 or 404. */
export function answerUnmatched(router: Router<RequestState>) {
  return (ctx: RequestContext): void => {
    const layers = router.match(ctx.path, ctx.method).path;
    const methods = new Set(layers.flatMap((layer) => layer.methods));
    if (methods.size === 0) {
      throw new AioError(
        'not_found',
        'No route has this path. /api/v1/openapi.json lists all routes.',
      );
    }
    ctx.set('Allow', [...methods, 'OPTIONS'].toSorted().join(', '));
    if (ctx.method !== 'OPTIONS') {
      throw new AioError('method_not_allowed', `This path does not support ${ctx.method}.`);
    }
    ctx.status = 204;
  };
}

import type { Context, Next } from 'koa';
import type { Exemplar, Histogram } from './instruments.ts';

/** Labels of the histogram: `method` bounded, `route` and `status` open. */
export interface RequestLabels {
  method: string;
  route: string;
  status: string;
}

export interface MeasureOptions {
  /**
   * The route that the request matched, e.g. `/notes/:id`, never its path. Default: what `@koa/router` stores; requests
   * without a route are `unmatched`.
   */
  routeOf?: (ctx: Context) => string;
  /** Labels of the exemplar, e.g. the id of the sampled trace. Default: none. */
  exemplarOf?: (ctx: Context) => Exemplar | undefined;
}

/**
 * A Koa middleware that measures each request until its response has been sent or its client has left. Event streams are
 * left out: their duration says nothing about speed. Use it before all others.
 */
export function measureRequests(
  duration: Pick<Histogram<RequestLabels>, 'observe'>,
  { routeOf = matchedRoute, exemplarOf = () => undefined }: MeasureOptions = {},
): (ctx: Context, next: Next) => Promise<void> {
  return (ctx, next) => {
    const startedAt = performance.now();
    ctx.res.once('close', () => {
      if (ctx.response.type === 'text/event-stream') return;
      const labels = {
        method: ctx.method,
        route: routeOf(ctx),
        status: String(ctx.res.statusCode),
      };
      duration.observe(labels, (performance.now() - startedAt) / 1000, exemplarOf(ctx));
    });
    return next();
  };
}

function matchedRoute(ctx: Context): string {
  return (ctx as { _matchedRoute?: string })._matchedRoute ?? 'unmatched';
}

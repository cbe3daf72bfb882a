import type { Slices } from '@aio/platform/postgres/slices';
import { isProbe, type Middleware, pathOf } from '../http/request-state.ts';

/**
 * Begins only as many requests per turn of the event loop as there is time for. In a flood of requests that arrive
 * together, probes and requests in progress are answered between them.
 */
export function takeTurns(slices: Pick<Slices, 'perform'>): Middleware {
  return async (ctx, next) => {
    ctx.state.inTurn = (work) => slices.perform(ctx, work);
    if (!isProbe(pathOf(ctx))) await ctx.state.inTurn(() => undefined);
    return next();
  };
}

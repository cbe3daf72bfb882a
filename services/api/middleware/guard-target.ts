import type { Next } from 'koa';
import { AioError } from '@aio/core/errors';
import type { RequestContext } from '../http/request-state.ts';

/** Refuses requests that Node.js lets pass although they are not valid: later code would throw on such a target. */
export function guardTarget(ctx: RequestContext, next: Next): Promise<void> {
  if (!ctx.url.startsWith('/') && !URL.canParse(ctx.url)) {
    throw new AioError('bad_request', 'The request target is not a path.');
  }
  if (ctx.req.headers.host === undefined && ctx.req.httpVersion !== '1.0') {
    throw new AioError('bad_request', 'The Host header is missing.');
  }
  return next();
}

import type { Next } from 'koa';
import { AioError } from '@aio/core/errors';
import type { RequestContext } from '../http/request-state.ts';

/**
 * Refuses requests that Node.js lets pass although later code would throw, or that Node.js would
 * refuse without problem details.
 */
export function guardTarget(ctx: RequestContext, next: Next): Promise<void> {
  if (!ctx.url.startsWith('/') && !URL.canParse(ctx.url)) {
    throw new AioError('bad_request', 'The request target is not a path.');
  }
  if (ctx.req.headers.host === undefined && ctx.req.httpVersion !== '1.0') {
    throw new AioError('bad_request', 'The Host header is missing.');
  }
  const expected = ctx.get('Expect').toLowerCase();
  if (expected !== '' && expected !== '100-continue' && ctx.req.httpVersion !== '1.0') {
    throw new AioError('expectation_failed', 'The API supports only `Expect: 100-continue`.');
  }
  return next();
}

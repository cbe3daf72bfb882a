import type { Next } from 'koa';
import { AioError } from '@aio/core/errors';
import type { RequestContext } from '../http/request-state.ts';

/**
 * The parser of HTTP lets targets pass that are no URL; whoever reads the path would throw. It can
 * refuse a missing Host and an expectation, but without a word.
 */
export function guardTarget(ctx: RequestContext, next: Next): Promise<void> {
  if (!ctx.url.startsWith('/') && !URL.canParse(ctx.url)) {
    throw new AioError('bad_request', 'The target of the request is not a path.');
  }
  if (ctx.req.headers.host === undefined && ctx.req.httpVersion !== '1.0') {
    throw new AioError('bad_request', 'A request in HTTP/1.1 has a Host header.');
  }
  const expected = ctx.get('Expect').toLowerCase();
  if (expected !== '' && expected !== '100-continue' && ctx.req.httpVersion !== '1.0') {
    throw new AioError('expectation_failed', 'The only expectation that is met is 100-continue.');
  }
  return next();
}

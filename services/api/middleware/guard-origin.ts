import type { Next } from 'koa';
import { AioError } from '@aio/core/errors';
import { isLoopbackName } from '../http/loopback.ts';
import type { RequestContext } from '../http/request-state.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Until there is a login, being on this machine is the only right there is, and any web page a
 * user visits could borrow it through the browser. Two checks stop that. The Host must be a
 * loopback name: a page whose own name was rebound to 127.0.0.1 still sends its own name. And a
 * request that changes something must not come from a page of another host: browsers name the
 * page's origin on every such request; programs send none.
 */
export function guardOrigin(ctx: RequestContext, next: Next): Promise<void> {
  if (!isLoopbackName(hostnameOf(`http://${ctx.get('Host')}`))) {
    throw new AioError('forbidden', 'The Host header must name this machine, e.g. localhost.');
  }
  if (!SAFE_METHODS.has(ctx.method) && isFromElsewhere(ctx)) {
    throw new AioError('forbidden', 'A page of another origin may not change anything here.');
  }
  return next();
}

function isFromElsewhere(ctx: RequestContext): boolean {
  if (ctx.get('Sec-Fetch-Site') === 'cross-site') return true;
  const origin = ctx.get('Origin');
  return origin !== '' && !isLoopbackName(hostnameOf(origin));
}

/** '' when there is none, as in the origin `null` of a sandboxed page. */
function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

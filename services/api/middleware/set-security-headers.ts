import type { Next } from 'koa';
import type { RequestContext } from '../http/request-state.ts';

/** An API answers programs: nothing of it is to be framed, sniffed, cached or embedded. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** A route that serves a page loosens what it must by headers of its own. */
export function setSecurityHeaders(ctx: RequestContext, next: Next): Promise<void> {
  ctx.set(HEADERS);
  return next();
}

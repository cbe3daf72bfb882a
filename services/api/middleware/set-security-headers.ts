import type { Next } from 'koa';
import type { RequestContext } from '../http/request-state.ts';

/** An API answers programs: nothing of it is to be framed, sniffed, cached or embedded. */
export const SECURITY_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Browsers heed it over HTTPS only, where they then stay. */
const STAY_ON_HTTPS = { 'Strict-Transport-Security': 'max-age=31536000' };

/** A route that serves a page loosens what it must by headers of its own. */
export function setSecurityHeaders({ publicUrl }: { publicUrl: string }) {
  const headers = {
    ...SECURITY_HEADERS,
    ...(publicUrl.startsWith('https:') && STAY_ON_HTTPS),
  };
  return (ctx: RequestContext, next: Next): Promise<void> => {
    ctx.set(headers);
    return next();
  };
}

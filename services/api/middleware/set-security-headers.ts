import type { Next } from 'koa';
import type { RequestContext } from '../http/request-state.ts';

/** Only programs read the API's responses, so browsers must not frame, sniff, cache or embed them. */
const SECURITY_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Browsers ignore it over plain HTTP. */
const STAY_ON_HTTPS = { 'Strict-Transport-Security': 'max-age=31536000' };

/** Routes that serve a page override these headers. */
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

import { AioError } from '@aio/core/errors';
import type { RequestContext } from '../http/request-state.ts';
import type { Principal } from './principal.ts';

/** Refuses requests that a page of another site may have caused. */
export type RequireSameSite = (ctx: RequestContext, principal: Principal) => void;

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Pages of other origins need a CORS preflight to set it, and the API answers none. */
const HEADER = 'AIO-CSRF';

/**
 * Browsers send the cookie with requests of any page. Requests with a session therefore need the
 * header and the origin of our pages. Requests with a bearer token need neither.
 * @param publicUrl origin of AIO in browsers
 */
export function createSameSiteCheck(publicUrl: string): RequireSameSite {
  const { origin } = new URL(publicUrl);
  return (ctx, { via }) => {
    if (via !== 'session' || SAFE_METHODS.has(ctx.method)) return;
    if (ctx.get(HEADER) === '1' && ctx.get('Origin') === origin) return;
    throw new AioError(
      'cross_site',
      `With a session, requests that change data need the header \`${HEADER}: 1\` and the Origin ${origin}.`,
    );
  };
}

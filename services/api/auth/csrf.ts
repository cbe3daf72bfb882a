import { AioError } from '@aio/core/errors';
import type { RequestContext } from '../http/request-state.ts';
import type { Principal } from './principal.ts';

/** Refuses requests that a page of somebody else may have had a browser send. */
export type RequireSameSite = (ctx: RequestContext, principal: Principal) => void;

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** A page of another origin cannot set it without asking first, which nobody answers. */
const HEADER = 'AIO-CSRF';

/**
 * A browser adds its cookie to whatever page sends the request. Two things prove a page to be ours: a
 * header, and the origin that the browser names. A bearer token proves it by itself.
 * @param publicUrl origin at which browsers find AIO
 */
export function createSameSiteCheck(publicUrl: string): RequireSameSite {
  const { origin } = new URL(publicUrl);
  return (ctx, { via }) => {
    if (via !== 'session' || SAFE_METHODS.has(ctx.method)) return;
    if (ctx.get(HEADER) === '1' && ctx.get('Origin') === origin) return;
    throw new AioError(
      'cross_site',
      `With a session, a request that changes something has the header \`${HEADER}: 1\` and the Origin ${origin}.`,
    );
  };
}

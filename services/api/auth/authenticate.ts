import { AioError } from '@aio/core/errors';
import type { RequestContext } from '../http/request-state.ts';
import type { VerifyBearer } from './bearer.ts';
import type { Cookies } from './cookies.ts';
import type { Principal } from './principal.ts';
import type { Sessions } from './sessions.ts';

/** Who makes the request. @throws AioError `unauthenticated`, `unavailable` */
export type Authenticate = (ctx: RequestContext) => Promise<Principal>;

/**
 * By the bearer token of the request, or by the session cookie of a browser. A token that is given and
 * no good is never passed over for a cookie.
 */
export function createAuthenticate(deps: {
  verifyBearer: VerifyBearer;
  sessions: Pick<Sessions, 'find' | 'isThere'>;
  cookies: Cookies;
}): Authenticate {
  const { verifyBearer, sessions, cookies } = deps;
  return async (ctx) => {
    const authorization = ctx.get('Authorization');
    if (authorization !== '') return verifyBearer(readBearer(authorization));
    const id = cookies.read(ctx.headers.cookie, 'session');
    if (id === undefined) {
      throw new AioError('unauthenticated', 'This route is for those who have logged in.', {
        details: { reason: 'no_credentials' },
      });
    }
    const session = await sessions.find(id);
    if (session === null) {
      throw new AioError('unauthenticated', 'The session is over.', {
        details: { reason: 'session_over' },
      });
    }
    ctx.state.isStillGood = () => sessions.isThere(id);
    const { subject, name, roles, expiresAtMs } = session;
    return { subject, name, roles, expiresAtMs, via: 'session' };
  };
}

function readBearer(authorization: string): string {
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw new AioError('unauthenticated', 'The Authorization header is to be `Bearer <token>`.');
}

import { AioError } from '@aio/core/errors';
import type { RequestContext } from '../http/request-state.ts';
import type { VerifyBearer } from './bearer.ts';
import type { Cookies } from './cookies.ts';
import type { Principal } from './principal.ts';
import type { ReadSession } from './read-session.ts';
import { hashOfSession } from './sessions.ts';

/** Returns the caller. @throws AioError `unauthenticated`, `redis_away` */
export type Authenticate = (ctx: RequestContext) => Promise<Principal>;

/** Checks the bearer token or, if the request has none, the session cookie. */
export function createAuthenticate(deps: {
  verifyBearer: VerifyBearer;
  readSession: ReadSession;
  cookies: Cookies;
}): Authenticate {
  const { verifyBearer, readSession, cookies } = deps;
  return async (ctx) => {
    const authorization = ctx.get('Authorization');
    if (authorization !== '') return verifyBearer(readBearer(authorization));
    const id = cookies.read(ctx.headers.cookie, 'session');
    if (id === undefined) {
      throw new AioError('unauthenticated', 'The request has no access token and no session.', {
        details: { reason: 'no_credentials' },
      });
    }
    const session = await readSession(id, 'find');
    if (session === null) {
      throw new AioError('unauthenticated', 'Your session has ended. Log in again.', {
        details: { reason: 'session_over' },
      });
    }
    const { subject, name, uniqueName, roles, expiresAtMs } = session;
    ctx.state.isStillGood = async () => {
      const now = await readSession(id, 'peek');
      return now !== null && now.roles.join() === roles.join();
    };
    const person = { subject, name, uniqueName, roles, expiresAtMs };
    return { ...person, via: 'session', session: hashOfSession(id) };
  };
}

function readBearer(authorization: string): string {
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw new AioError('unauthenticated', 'The Authorization header must be `Bearer <token>`.');
}

import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from '@aio/platform/postgres/database-error';
import { withoutTrace } from '@aio/runtime/trace-context';
import { logEvent } from '@aio/runtime/log-event';
import type { Log } from '../log.ts';
import type { OpenIdLogin } from './openid-login.ts';
import type { Session, Sessions } from './sessions.ts';

/**
 * A session with the roles that the login service knew at most five minutes ago; null = it has ended.
 * @param how `peek` = not for a request of the browser
 * @throws AioError `redis_away` if Redis is down
 */
export type ReadSession = (id: string, how: 'find' | 'peek') => Promise<Session | null>;

/** Requests of this minute do not wait for the answer. */
const AHEAD_MS = 60_000;
/** Roles follow the login service within five minutes. */
export const REFRESH_EVERY_MS = 5 * 60_000 - AHEAD_MS;
/** If the login service is down, a session continues with its roles. */
const ASK_AGAIN_MS = 30_000;
/** How often a request looks whether another has refreshed the session. */
const LOOK_MS = 50;

export function createSessionReader(deps: {
  sessions: Pick<Sessions, 'find' | 'peek' | 'replace' | 'end' | 'lock' | 'unlock'>;
  loginService: Pick<OpenIdLogin, 'refresh'>;
  log: Log;
  now?: () => number;
}): ReadSession {
  const { sessions, loginService, log, now = Date.now } = deps;
  /** Refreshes of this process, by the session's id. */
  const inProgress = new Map<string, Promise<Session | null>>();

  const isDue = ({ refreshAtMs }: Session, afterMs = 0) => now() >= refreshAtMs + afterMs;

  function refreshOnce(id: string): Promise<Session | null> {
    const known = inProgress.get(id);
    if (known !== undefined) return known;
    const refreshing = withoutTrace(() => refreshInTurn(id)).finally(() => inProgress.delete(id));
    inProgress.set(id, refreshing);
    return refreshing;
  }

  /** A login service may accept a refresh token only once, so one API asks, and the others wait for its result. */
  async function refreshInTurn(id: string): Promise<Session | null> {
    while (!(await sessions.lock(id))) {
      await sleep(LOOK_MS);
      const session = await sessions.peek(id);
      if (session === null || !isDue(session)) return session;
    }
    try {
      const session = await sessions.peek(id);
      return session === null || !isDue(session) ? session : await refresh(id, session);
    } finally {
      await sessions.unlock(id);
    }
  }

  async function refresh(id: string, session: Session): Promise<Session | null> {
    const answer = await ask(session);
    if (answer === 'refused') {
      await sessions.end(id);
      return null;
    }
    const next =
      answer === 'away'
        ? { ...session, refreshAtMs: now() + ASK_AGAIN_MS }
        : { ...session, ...answer, refreshAtMs: now() + REFRESH_EVERY_MS };
    return (await sessions.replace(id, next)) ? next : null;
  }

  async function ask({ subject, name, refreshToken }: Session) {
    try {
      if (refreshToken === null) throw new Error('no refresh token');
      const { roles, idToken, ...next } = await loginService.refresh(refreshToken);
      if (next.subject !== subject) throw new Error('another subject');
      const { name: newName, uniqueName } = next;
      return { name: newName, uniqueName, roles, idToken, refreshToken: next.refreshToken };
    } catch (error) {
      if (isUnavailable(error)) return 'away';
      logEvent(log, 'sessionRefused', { err: error, who: subject, name });
      return 'refused';
    }
  }

  return async (id, how) => {
    const session = await sessions[how](id);
    if (session === null || !isDue(session)) return session;
    const refreshing = refreshOnce(id);
    if (isDue(session, AHEAD_MS)) return refreshing;
    // The next request learns of a failure.
    refreshing.catch(() => undefined);
    return session;
  };
}

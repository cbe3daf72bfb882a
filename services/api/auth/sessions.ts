import { hash, randomBytes } from 'node:crypto';
import { AioError } from '@aio/core/errors';
import type { RedisConnection } from '@aio/platform/redis';
import type { Principal } from './principal.ts';

/** A browser session. */
export interface Session extends Pick<Principal, 'subject' | 'name' | 'roles' | 'expiresAtMs'> {
  displayName: string;
  /** Id of the login service's own session; null = none. */
  sid: string | null;
  /** Sent at logout, so that the login service asks no question. */
  idToken: string;
}

/** A login in progress, bound to its browser. */
export interface BegunLogin {
  nonce: string;
  verifier: string;
  returnTo: string;
}

/**
 * Sessions and logins in Redis. If Redis loses them, users log in again.
 * All functions throw AioError `unavailable` if Redis is down.
 */
export interface Sessions {
  /** @returns the id for the cookie; Redis has only its hash */
  begin(session: Session): Promise<string>;
  /** null = it has ended or never existed. */
  find(id: string): Promise<Session | null>;
  isThere(id: string): Promise<boolean>;
  end(id: string): Promise<void>;
  /** Ends the sessions of a login service's session, or all of a subject. @returns those that were active */
  endAll(of: { sid: string } | { subject: string }): Promise<Session[]>;
  keepLogin(browserId: string, state: string, login: BegunLogin): Promise<void>;
  /** Returns a login once; null = unknown or used state. */
  takeLogin(browserId: string, state: string): Promise<BegunLogin | null>;
}

const IDLE_S = 60 * 60;
export const LOGIN_LASTS_S = 10 * 60;
export const SESSION_LASTS_S = 10 * 60 * 60;

/** Stores hashes of ids and states, so that a reader of Redis cannot use a session. */
export function createSessions(deps: {
  redis: RedisConnection;
  prefix: string;
  /** Called when Redis does not answer. */
  onFailure: () => void;
  now?: () => number;
}): Sessions {
  const { redis, prefix, onFailure, now = Date.now } = deps;
  const sessionKey = (id: string) => `${prefix}:session:${digest(id)}`;
  const loginKey = (...parts: string[]) => `${prefix}:login:${digest(parts.join(' '))}`;
  const indexKey = (of: { sid: string } | { subject: string }) =>
    'sid' in of ? `${prefix}:sid:${of.sid}` : `${prefix}:subject:${of.subject}`;

  async function whileThere<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      onFailure();
      throw new AioError(
        'unavailable',
        'Redis does not answer, so browser sessions do not work. Bearer tokens still work. Try again later.',
        { cause: error },
      );
    }
  }

  return {
    async begin(session) {
      const id = newSecret();
      const key = sessionKey(id);
      const { sid, subject } = session;
      const indexes = [indexKey({ subject }), ...(sid === null ? [] : [indexKey({ sid })])];
      await whileThere(async () => {
        // One transaction per key, because a cluster has them on different servers. An index may name ended sessions.
        await Promise.all(
          indexes.map((index) =>
            redis.multi().sadd(index, key).expire(index, SESSION_LASTS_S).exec(),
          ),
        );
        await redis.set(key, JSON.stringify(session), 'EX', IDLE_S);
      });
      return id;
    },
    async find(id) {
      const text = await whileThere(() => redis.getex(sessionKey(id), 'EX', IDLE_S));
      const session = text === null ? null : (JSON.parse(text) as Session);
      return session !== null && session.expiresAtMs > now() ? session : null;
    },
    isThere: async (id) => (await whileThere(() => redis.exists(sessionKey(id)))) === 1,
    async end(id) {
      await whileThere(() => redis.del(sessionKey(id)));
    },
    async endAll(of) {
      const index = indexKey(of);
      const keys = await whileThere(() => redis.smembers(index));
      if (keys.length === 0) return [];
      const ended = await whileThere(() => Promise.all(keys.map((key) => redis.getdel(key))));
      // Only these keys: the user may have logged in again meanwhile.
      await whileThere(() => redis.srem(index, ...keys));
      return ended
        .flatMap((text) => (text === null ? [] : (JSON.parse(text) as Session)))
        .filter(({ expiresAtMs }) => expiresAtMs > now());
    },
    async keepLogin(browserId, state, login) {
      const key = loginKey(browserId, state);
      await whileThere(() => redis.set(key, JSON.stringify(login), 'EX', LOGIN_LASTS_S));
    },
    async takeLogin(browserId, state) {
      const text = await whileThere(() => redis.getdel(loginKey(browserId, state)));
      return text === null ? null : (JSON.parse(text) as BegunLogin);
    },
  };
}

/** 256 random bits, safe in cookies and URLs. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}

import { hash, randomBytes } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';

/** A browser session. */
export interface Session {
  /** Never changes, even if the name does. */
  subject: string;
  /** User name. */
  name: string;
  /** The name that nobody else has. */
  uniqueName?: string | undefined;
  displayName: string;
  roles: readonly string[];
  /** End of the session, in ms since 1970. */
  expiresAtMs: number;
  /** Sent at logout, so that the login service asks no question. */
  idToken: string;
  /** For the next refresh; null = none. Of no use without the client's secret. */
  refreshToken: string | null;
  /** When the login service should be asked again, in ms since 1970. */
  refreshAtMs: number;
}

/** A login in progress, bound to its browser. */
export interface BegunLogin {
  nonce: string;
  verifier: string;
  returnTo: string;
}

/**
 * Sessions and logins in Redis. If Redis loses them, users log in again.
 * All functions throw the error of `toError` if Redis is down.
 */
export interface Sessions {
  /** @returns the id for the cookie; Redis has only its hash */
  begin(session: Session): Promise<string>;
  /** null = it has ended or never existed. */
  find(id: string): Promise<Session | null>;
  /** The same, without counting as a request of the browser. */
  peek(id: string): Promise<Session | null>;
  /** Stores a changed session. @returns false = it has ended meanwhile */
  replace(id: string, session: Session): Promise<boolean>;
  /** Only one caller of all APIs gets the lock; it has `LOCKED_MS`. @returns true = this one; it must unlock */
  lock(id: string): Promise<boolean>;
  unlock(id: string): Promise<void>;
  end(id: string): Promise<void>;
  keepLogin(browserId: string, state: string, login: BegunLogin): Promise<void>;
  /** Returns a login once; null = unknown or used state. */
  takeLogin(browserId: string, state: string): Promise<BegunLogin | null>;
}

const IDLE_S = 60 * 60;
/** Longer than a refresh takes: two requests of up to 5 s. */
const LOCKED_MS = 15_000;
export const LOGIN_LASTS_S = 10 * 60;
export const SESSION_LASTS_S = 10 * 60 * 60;

/**
 * Stores hashes of ids and states, so that a reader of Redis cannot use a session.
 * @param deps.redis its commands must fail soon while Redis is down: set `enableOfflineQueue: false`
 * @param deps.prefix begins all keys
 * @param deps.toError makes the error that the functions throw if Redis does not answer. Default: the error of `redis`
 */
export function createSessions(deps: {
  redis: Redis | Cluster;
  prefix: string;
  toError?: (error: unknown) => unknown;
  now?: () => number;
}): Sessions {
  const { redis, prefix, toError = (error) => error, now = Date.now } = deps;
  const sessionKey = (id: string) => `${prefix}:session:${hashOfSession(id)}`;
  const lockKey = (id: string) => `${sessionKey(id)}:lock`;
  const loginKey = (...parts: string[]) => `${prefix}:login:${hashOfSession(parts.join(' '))}`;

  async function whileThere<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      throw toError(error);
    }
  }

  function parse(text: string | null): Session | null {
    const session = text === null ? null : (JSON.parse(text) as Session);
    return session !== null && session.expiresAtMs > now() ? session : null;
  }

  return {
    async begin(session) {
      const id = newSecret();
      await whileThere(() => redis.set(sessionKey(id), JSON.stringify(session), 'EX', IDLE_S));
      return id;
    },
    find: async (id) => parse(await whileThere(() => redis.getex(sessionKey(id), 'EX', IDLE_S))),
    peek: async (id) => parse(await whileThere(() => redis.get(sessionKey(id)))),
    async replace(id, session) {
      const text = JSON.stringify(session);
      const key = sessionKey(id);
      // Without its time to live, so that a refresh is no request of the browser.
      return (await whileThere(() => redis.set(key, text, 'KEEPTTL', 'XX'))) === 'OK';
    },
    lock: async (id) =>
      (await whileThere(() => redis.set(lockKey(id), '1', 'PX', LOCKED_MS, 'NX'))) === 'OK',
    async unlock(id) {
      await whileThere(() => redis.del(lockKey(id)));
    },
    async end(id) {
      await whileThere(() => redis.del(sessionKey(id)));
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

/** Names a session, or a login in progress, without its secret. */
export function hashOfSession(text: string): string {
  return hash('sha256', text, 'base64url');
}

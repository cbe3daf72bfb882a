import { hash, randomBytes } from 'node:crypto';
import { AioError } from '@aio/core/errors';
import type { RedisConnection } from '@aio/platform/redis';
import type { Principal } from './principal.ts';

/** Somebody who has logged in with a browser. */
export interface Session extends Pick<Principal, 'subject' | 'name' | 'roles' | 'expiresAtMs'> {
  displayName: string;
  /** Of the login service's own session; null = it named none. */
  sid: string | null;
  /** Shown when they log out, so that the login service asks nothing. */
  idToken: string;
}

/** A login under way, bound to the browser in which it was begun. */
export interface BegunLogin {
  nonce: string;
  verifier: string;
  returnTo: string;
}

/**
 * What is known of browsers. It is in Redis alone: losing it means logging in again, nothing worse.
 * All throw AioError `unavailable` while Redis is away.
 */
export interface Sessions {
  /** @returns the id that the cookie gets: new with every login, and kept nowhere */
  begin(session: Session): Promise<string>;
  /** null = over, or there was none. */
  find(id: string): Promise<Session | null>;
  isThere(id: string): Promise<boolean>;
  end(id: string): Promise<void>;
  /** Ends those of one session of the login service, or all of somebody. @returns those not over yet */
  endAll(of: { sid: string } | { subject: string }): Promise<Session[]>;
  keepLogin(browserId: string, state: string, login: BegunLogin): Promise<void>;
  /** Once: a state that comes again is nobody's. */
  takeLogin(browserId: string, state: string): Promise<BegunLogin | null>;
}

const IDLE_S = 60 * 60;
export const LOGIN_LASTS_S = 10 * 60;
export const SESSION_LASTS_S = 10 * 60 * 60;

/** Ids and states are kept as hashes: who reads Redis can be nobody by it. */
export function createSessions(deps: {
  redis: RedisConnection;
  prefix: string;
  /** Called when Redis did not answer. */
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
        'Browser sessions cannot be read: Redis does not answer. Programs with a bearer token go on.',
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
        // A transaction for each: in a cluster these keys are on different servers. An index may name what is not there.
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
      // Those alone: somebody may have logged in meanwhile.
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

/** 256 bits that nobody guesses, fit for a cookie and a URL. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}

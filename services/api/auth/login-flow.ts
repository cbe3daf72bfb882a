import {
  LOGIN_LASTS_S,
  newSecret,
  type Session,
  SESSION_LASTS_S,
  type Sessions,
} from './sessions.ts';

/** What an OpenID login does, e.g. `createOpenIdLogin`. */
interface Issuer {
  begin(secrets: Secrets): Promise<string>;
  finish(query: string, secrets: Secrets): Promise<Omit<Session, 'expiresAtMs' | 'refreshAtMs'>>;
  logoutUrl(idToken: string): Promise<string | null>;
}

interface Secrets {
  state: string;
  nonce: string;
  verifier: string;
}

/** What writes and reads the two cookies, e.g. `createCookies`. */
interface LoginCookies {
  read(header: string | undefined, cookie: 'session' | 'login'): string | undefined;
  write(cookie: 'session' | 'login', value: string, maxAgeS?: number): string;
  clear(cookie: 'session' | 'login'): string;
}

/** The answer to a browser: where it goes next, and its Set-Cookie header. */
interface Redirect {
  location: string;
  setCookie: string;
}

/** Logins and logouts of browsers, without a framework. `cookie` is the request's Cookie header. */
export interface LoginFlow {
  /** @param returnTo path of the page after the login @throws TypeError if it leads elsewhere */
  begin(cookie: string | undefined, returnTo: string): Promise<Redirect>;
  /**
   * Ends the browser's earlier session and begins a new one with a new id (session fixation).
   * @param query of the callback, without `?`
   * @returns null = this browser has not started this login, or the login took too long
   */
  finish(
    cookie: string | undefined,
    query: string,
  ): Promise<(Redirect & { session: Session }) | null>;
  /**
   * Ends the browser's session.
   * @returns `logoutUrl` ends the issuer's own session, and with their next refresh all that began with it; null = none
   */
  logout(cookie: string | undefined): Promise<{ logoutUrl: string | null; setCookie: string }>;
}

/** A path of this site: `//host` and `/\host` lead to another. */
const OWN_PATH = /^\/([!-.0-[\]-~][!-~]*)?$/;

/** @param deps.refreshEveryMs when to ask the issuer for a session's roles again */
export function createLoginFlow(deps: {
  sessions: Pick<Sessions, 'begin' | 'find' | 'end' | 'keepLogin' | 'takeLogin'>;
  cookies: LoginCookies;
  issuer: Issuer;
  refreshEveryMs: number;
}): LoginFlow {
  const { sessions, cookies, issuer, refreshEveryMs } = deps;
  return {
    async begin(cookie, returnTo) {
      if (!OWN_PATH.test(returnTo)) throw new TypeError('`returnTo` must be a path of this site.');
      // Reused, so that a user who starts a login in two tabs can finish it in either.
      const browserId = cookies.read(cookie, 'login') ?? newSecret();
      const [state, nonce, verifier] = [newSecret(), newSecret(), newSecret()];
      const location = await issuer.begin({ state, nonce, verifier });
      await sessions.keepLogin(browserId, state, { nonce, verifier, returnTo });
      return { location, setCookie: cookies.write('login', browserId, LOGIN_LASTS_S) };
    },
    async finish(cookie, query) {
      const state = new URLSearchParams(query).get('state') ?? '';
      const browserId = cookies.read(cookie, 'login');
      const begun = browserId && state ? await sessions.takeLogin(browserId, state) : null;
      if (begun === null) return null;
      const found = await issuer.finish(query, { ...begun, state });
      const nowMs = Date.now();
      const session = {
        ...found,
        expiresAtMs: nowMs + SESSION_LASTS_S * 1000,
        refreshAtMs: nowMs + refreshEveryMs,
      };
      const earlier = cookies.read(cookie, 'session');
      if (earlier !== undefined) await sessions.end(earlier);
      const id = await sessions.begin(session);
      return { location: begun.returnTo, setCookie: cookies.write('session', id), session };
    },
    async logout(cookie) {
      const id = cookies.read(cookie, 'session');
      const session = id === undefined ? null : await sessions.find(id);
      if (id !== undefined) await sessions.end(id);
      const logoutUrl = session && (await issuer.logoutUrl(session.idToken));
      return { logoutUrl, setCookie: cookies.clear('session') };
    },
  };
}

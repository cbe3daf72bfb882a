import { AioError } from '@aio/core/errors';
import { logEvent } from '@aio/runtime/log-event';
import { principalOf } from '../../auth/principal.ts';
import { REFRESH_EVERY_MS } from '../../auth/read-session.ts';
import { LOGIN_LASTS_S, newSecret, SESSION_LASTS_S } from '../../auth/sessions.ts';
import { defineRoute, type Route, type RouteRequest } from '../../http/define-route.ts';
import { empty, reply } from '../../http/reply.ts';
import type { AuthDeps } from './auth-deps.ts';
import { CallbackQuery, CookieHeader, LoginQuery } from './schema.ts';

type CallbackRequest = RouteRequest<
  undefined,
  typeof CallbackQuery,
  typeof CookieHeader,
  undefined
>;

/** The start of a login, and the callback from the login service. */
export function loginRoutes(deps: AuthDeps): Route[] {
  const { cookies, sessions, loginService, publicUrl, log, remember } = deps;

  const login = defineRoute({
    id: 'login',
    tag: 'auth',
    summary: 'Log in with a browser',
    method: 'GET',
    path: '/auth/login',
    query: LoginQuery,
    headers: CookieHeader,
    responses: { 302: empty('Redirect to the login service', { Location: 'The login page' }) },
    async handler({ query: { returnTo = '/' }, headers }) {
      // Reused, so that a user who starts a login in two tabs can finish it in either.
      const browserId = cookies.read(headers.cookie, 'login') ?? newSecret();
      const [state, nonce, verifier] = [newSecret(), newSecret(), newSecret()];
      const location = await counted(async () => {
        const url = await loginService.begin({ state, nonce, verifier });
        await sessions.keepLogin(browserId, state, { nonce, verifier, returnTo });
        return url;
      });
      return reply(302, undefined, {
        Location: location,
        'Set-Cookie': cookies.write('login', browserId, LOGIN_LASTS_S),
      });
    },
  });

  const callback = defineRoute({
    id: 'finishLogin',
    tag: 'auth',
    summary: 'Finish a login: the login service sends the browser here',
    method: 'GET',
    path: '/auth/callback',
    query: CallbackQuery,
    headers: CookieHeader,
    responses: { 302: empty('Logged in', { Location: 'The page where the login started' }) },
    handler: (request) => counted(() => finish(request)),
  });

  async function finish({ query, headers, actorAs }: CallbackRequest) {
    const { state = '' } = query;
    const browserId = cookies.read(headers.cookie, 'login');
    const begun = browserId && state ? await sessions.takeLogin(browserId, state) : null;
    if (begun === null) {
      throw new AioError(
        'login_failed',
        `This browser has not started this login, or the login took too long. Start again at ${publicUrl}/auth/login.`,
      );
    }
    const search = new URLSearchParams(query).toString();
    const { claims, idToken, refreshToken } = await loginService.finish(search, {
      ...begun,
      state,
    });
    const expiresAtMs = Date.now() + SESSION_LASTS_S * 1000;
    const principal = principalOf(claims, 'session', expiresAtMs);
    // Ends the browser's earlier session. The new one has a new id (session fixation).
    const earlier = cookies.read(headers.cookie, 'session');
    if (earlier !== undefined) await sessions.end(earlier);
    const { subject, name, roles } = principal;
    const id = await sessions.begin({
      subject,
      name,
      roles,
      expiresAtMs,
      displayName: typeof claims['name'] === 'string' ? claims['name'] : name,
      sid: typeof claims['sid'] === 'string' ? claims['sid'] : null,
      idToken,
      refreshToken,
      refreshAtMs: Date.now() + REFRESH_EVERY_MS,
    });
    await remember(principal);
    await deps.writeAudit(actorAs(principal));
    logEvent(log, 'loggedIn', { who: subject, name });
    deps.metrics.logins.inc({ outcome: 'succeeded' });
    return reply(302, undefined, {
      Location: begun.returnTo,
      'Set-Cookie': cookies.write('session', id),
    });
  }

  /** Counts failed logins. */
  async function counted<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      const code = error instanceof AioError ? error.code : '';
      if (code === 'login_failed') {
        logEvent(log, 'loginRefused', { err: error });
        deps.metrics.logins.inc({ outcome: 'failed' });
      } else if (code === 'unavailable') deps.metrics.logins.inc({ outcome: 'unavailable' });
      throw error;
    }
  }

  return [login, callback];
}

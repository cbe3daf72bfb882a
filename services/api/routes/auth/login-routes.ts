import { AioError } from '@aio/core/errors';
import { logEvent } from '@aio/runtime/log-event';
import { defineRoute, type Route, type RouteRequest, SMALL } from '../../http/define-route.ts';
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
  const { flow, publicUrl, log, remember } = deps;

  const login = defineRoute({
    id: 'login',
    tag: 'auth',
    summary: 'Log in with a browser',
    method: 'GET',
    atMost: SMALL,
    path: '/auth/login',
    query: LoginQuery,
    headers: CookieHeader,
    responses: { 302: empty('Redirect to the login service', { Location: 'The login page' }) },
    async handler({ query: { returnTo = '/' }, headers }) {
      const begun = await counted(() => flow.begin(headers.cookie, returnTo));
      return reply(302, undefined, { Location: begun.location, 'Set-Cookie': begun.setCookie });
    },
  });

  const callback = defineRoute({
    id: 'finishLogin',
    tag: 'auth',
    summary: 'Finish a login: the login service sends the browser here',
    method: 'GET',
    atMost: SMALL,
    path: '/auth/callback',
    query: CallbackQuery,
    headers: CookieHeader,
    responses: { 302: empty('Logged in', { Location: 'The page where the login started' }) },
    handler: (request) => counted(() => finish(request)),
  });

  async function finish({ query, headers, actorAs }: CallbackRequest) {
    const done = await flow.finish(headers.cookie, new URLSearchParams(query).toString());
    if (done === null) {
      throw new AioError(
        'login_failed',
        `This browser has not started this login, or the login took too long. Start again at ${publicUrl}/auth/login.`,
      );
    }
    const { subject, name, uniqueName, roles, expiresAtMs } = done.session;
    const principal = { subject, name, uniqueName, roles, expiresAtMs, via: 'session' as const };
    await remember(principal);
    await deps.writeAudit(actorAs(principal));
    logEvent(log, 'loggedIn', { who: subject, name });
    deps.metrics.logins.inc({ outcome: 'succeeded' });
    return reply(302, undefined, { Location: done.location, 'Set-Cookie': done.setCookie });
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
      } else if (code === 'unavailable' || code === 'redis_away')
        deps.metrics.logins.inc({ outcome: 'unavailable' });
      throw error;
    }
  }

  return [login, callback];
}

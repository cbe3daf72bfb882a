import { logEvent } from '@aio/runtime/log-event';
import { isAdmin, isMember } from '../../auth/principal.ts';
import { defineRoute, type Route, SMALL } from '../../http/define-route.ts';
import { isoTime } from '../../http/iso-time.ts';
import { json, reply } from '../../http/reply.ts';
import type { AuthDeps } from './auth-deps.ts';
import { CookieHeader, LoggedOutSchema, MeSchema } from './schema.ts';

/** The current caller, and the logout. */
export function sessionRoutes(deps: AuthDeps): Route[] {
  const { cookies, sessions, flow, log } = deps;

  const me = defineRoute({
    id: 'getMe',
    tag: 'auth',
    summary: 'Get the current user',
    method: 'GET',
    atMost: SMALL,
    path: '/auth/me',
    headers: CookieHeader,
    responses: { 200: json('The current user', MeSchema) },
    async handler({ principal, headers }) {
      const { subject, name, roles, via, expiresAtMs } = principal;
      const id = via === 'session' ? cookies.read(headers.cookie, 'session') : undefined;
      const session = id === undefined ? null : await sessions.find(id);
      return reply(200, {
        subject,
        name,
        displayName: session?.displayName ?? name,
        roles: [...roles],
        via,
        expiresAt: isoTime(new Date(expiresAtMs)),
        gameDays: deps.hasGameDays,
        boards: deps.boardsFor === 'member' ? isMember(principal) : isAdmin(principal),
      });
    },
  });

  const logout = defineRoute({
    id: 'logout',
    tag: 'auth',
    summary: 'Log out',
    description:
      'Ends the session of this browser. `logoutUrl` then ends that of the login service, and within five minutes all others that began with it.',
    method: 'POST',
    path: '/auth/logout',
    headers: CookieHeader,
    responses: { 200: json('The session has ended', LoggedOutSchema) },
    async handler({ principal, actor, headers }) {
      if (principal.via !== 'session') return reply(200, { logoutUrl: null });
      const { logoutUrl, setCookie } = await flow.logout(headers.cookie);
      await deps.writeAudit(actor);
      logEvent(log, 'loggedOut', { who: principal.subject, name: principal.name });
      return reply(200, { logoutUrl }, { 'Set-Cookie': setCookie });
    },
  });

  return [me, logout];
}

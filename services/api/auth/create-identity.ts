import type { Metrics } from '@aio/catalog/metrics/instruments';
import { AioError } from '@aio/core/errors';
import type { Pool } from '@aio/platform/postgres/pool';
import { closeRedis, createRedis } from '@aio/platform/redis/redis';
import type { ApiConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { outagesIn } from '../open-stores.ts';
import type { AuthDeps } from '../routes/auth/auth-deps.ts';
import { createAuthenticate } from './authenticate.ts';
import { createBearer } from './bearer.ts';
import { rolesReader } from './claims.ts';
import { createCookies } from './cookies.ts';
import { createSameSiteCheck } from './csrf.ts';
import { createGuard, type Guard } from './guard.ts';
import { createKeySet } from './key-set.ts';
import { createLoginFlow } from './login-flow.ts';
import { createOpenIdLogin } from './openid-login.ts';
import { createSessionReader, REFRESH_EVERY_MS } from './read-session.ts';
import { createSessions } from './sessions.ts';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { type AuditActor, writeAudit } from '@aio/platform/queries/audit-log';
import { logEvent } from '@aio/runtime/log-event';
import { rememberPrincipal } from '@aio/platform/queries/principals';
import { within } from '@aio/platform/within';
import { withoutTrace } from '@aio/runtime/trace-context';
import type { Principal } from './principal.ts';

const SESSIONS_AWAY =
  'Redis does not answer, so browser sessions do not work. Bearer tokens still work. Try again later.';
const CODES = { refused: 'login_failed', unavailable: 'unavailable' } as const;

/** Creates authentication and authorization. It holds one Redis connection. */
export function createIdentity(deps: {
  config: ApiConfig;
  pool: Pool;
  log: Log;
  metrics: Pick<
    Metrics<'api'>,
    'accessRefusals' | 'logins' | 'loginServiceErrors' | 'sessionErrors' | 'tokenRequests'
  >;
}): {
  guard: Guard;
  routes: AuthDeps;
  close(): Promise<void>;
} {
  const { config, pool, log, metrics } = deps;
  const publicUrl = config.publicUrl.replace(/\/$/, '');
  const { redisUrl, redisCacheUrl } = config;
  const redis = createRedis(redisCacheUrl, {
    role: 'command',
    // The queues already report outages of `redisUrl`.
    ...(redisCacheUrl !== redisUrl && outagesIn(log)),
  });
  const sessions = createSessions({
    redis,
    prefix: config.prefix,
    toError(cause) {
      metrics.sessionErrors.inc();
      return new AioError('redis_away', SESSIONS_AWAY, { cause });
    },
  });
  const cookies = createCookies(publicUrl, config.cookiePrefix);
  const remember = createRemember({ pool, log });
  const loginService = createOpenIdLogin({
    issuer: config.oidcIssuer,
    internalUrl: config.keycloakInternalUrl,
    clientId: config.oidcClientId,
    clientSecret: config.oidcClientSecret,
    publicUrl,
    rolesClaim: config.oidcRolesClaim,
    uniqueNameClaim: config.oidcUniqueNameClaim,
    needsRefreshToken: true,
    allowsHttp: config.environment !== 'production',
    onFailure: (request) => metrics.loginServiceErrors.inc({ request }),
    toError: (reason, message, cause) => new AioError(CODES[reason], message, { cause }),
  });
  const known = { issuer: config.oidcIssuer, audience: config.oidcClientId };
  const keySet = createKeySet({
    findUrl: loginService.keysUrl,
    log,
    onChange: () => bearer.forget(),
    onFailure: () => metrics.loginServiceErrors.inc({ request: 'keys' }),
  });
  const bearer = createBearer({
    keySet,
    ...known,
    rolesOf: rolesReader(config.oidcRolesClaim),
    uniqueNameClaim: config.oidcUniqueNameClaim,
    remember,
  });
  const readSession = createSessionReader({ sessions, loginService, log });
  const guard = createGuard({
    authenticate: createAuthenticate({ verifyBearer: bearer.verify, readSession, cookies }),
    requireSameSite: createSameSiteCheck(publicUrl),
    metrics,
    boardsFor: config.boardsFor,
  });
  return {
    guard,
    routes: {
      cookies,
      sessions,
      flow: createLoginFlow({
        sessions,
        cookies,
        issuer: loginService,
        refreshEveryMs: REFRESH_EVERY_MS,
      }),
      remember,
      publicUrl,
      hasGameDays: config.gameDaysUrl !== '',
      boardsFor: config.boardsFor,
      log,
      metrics,
      writeAudit: createAuditOfLogins({ pool, log }),
    },
    close: () => closeRedis(redis),
  };
}

/** Writes logins and logouts to the audit log. If that fails, users still log in and out; the log reports it. */
function createAuditOfLogins({ pool, log }: { pool: Queryable; log: Log }) {
  return async (actor: AuditActor): Promise<void> => {
    try {
      await writeAudit(pool, actor, { target: `users/${actor.subject}` });
    } catch (error) {
      const { subject: who, name, action } = actor;
      logEvent(log, 'auditMissing', { err: error, who, name, action });
    }
  };
}

/** A request waits no longer, so that it has time left for its own queries. */
const REMEMBER_WITHIN_MS = 1_000;

/** Stores the caller's name. A failure is logged and does not fail the request. */
function createRemember({ pool, log }: { pool: Queryable; log: Log }) {
  return async (principal: Principal): Promise<void> => {
    const storing = withoutTrace(() => rememberPrincipal(pool, principal)).catch((error: unknown) =>
      logEvent(log, 'nameNotKept', { err: error }),
    );
    await within(storing, REMEMBER_WITHIN_MS);
  };
}

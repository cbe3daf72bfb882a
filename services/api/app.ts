import Koa from 'koa';
import type { Slices } from '@aio/platform/postgres/slices';
import type { Tracing } from '@aio/runtime/tracing';
import { logEvent } from '@aio/runtime/log-event';
import type { Guard } from './auth/guard.ts';
import { requirePolicy } from './auth/policy.ts';
import type { Route } from './http/define-route.ts';
import { answerUnmatched, mountRoutes } from './http/mount-routes.ts';
import type { Middleware, RequestState } from './http/request-state.ts';
import type { AtOnce } from './limits/at-once.ts';
import type { Log } from './log.ts';
import { answerProblems } from './middleware/answer-problems.ts';
import { compressAnswers } from './middleware/compress-answers.ts';
import { guardTarget } from './middleware/guard-target.ts';
import { limitBodies } from './middleware/limit-bodies.ts';
import { limitRates, type RateLimitDeps } from './middleware/limit-rates.ts';
import { logAccess } from './middleware/log-access.ts';
import { observeRequest, type RequestMetrics } from './middleware/observe-request.ts';
import { setSecurityHeaders } from './middleware/set-security-headers.ts';
import { takeTurns } from './middleware/take-turns.ts';

export interface AppDeps extends Omit<RateLimitDeps, 'metrics'> {
  log: Log;
  tracing: Tracing;
  metrics: RequestMetrics & RateLimitDeps['metrics'];
  guard: Guard;
  atOnce: AtOnce;
  slices: Slices;
  /** Runs around each request that may change data. */
  rememberChange: Middleware;
  accessLogEnabled: boolean;
  /** Origin of AIO in browsers. */
  publicUrl: string;
}

/**
 * Creates the Koa application.
 * @throws Error if a route has no policy
 */
export function createApp(routes: readonly Route[], deps: AppDeps): Koa<RequestState> {
  const app = new Koa<RequestState>({ env: 'production' });
  requirePolicy(routes);
  const { guard } = deps;
  const limits = limitRates(deps);
  const bodyLimits = limitBodies(deps.atOnce);
  const observer = observeRequest({ ...deps, answerProblems: answerProblems(deps) });
  const router = mountRoutes(routes, (route) => [
    guard.identify(route),
    observer.traced,
    ...limits.byRoute(route),
    limits.byPrincipal,
    guard.admit(route),
    ...bodyLimits(route),
    ...(route.method === 'GET' ? [] : [deps.rememberChange]),
  ]);

  app.use(logAccess(deps));
  app.use(compressAnswers());
  app.use(observer.measured);
  app.use(takeTurns(deps.slices));
  app.use(setSecurityHeaders(deps));
  app.use(guardTarget);
  app.use(limits.byAddress);
  app.use(router.routes());
  app.use(observer.traced);
  app.use(limits.byPrincipal);
  app.use(answerUnmatched(router));

  // Koa reports errors of responses whose client closed the connection.
  app.on('error', (error: Error) => logEvent(deps.log, 'responseCutOff', { err: error }));
  return app;
}

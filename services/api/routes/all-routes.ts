import type { Route } from '../http/define-route.ts';
import { alertRoutes } from './alerts/routes.ts';
import { approvalRoutes } from './approvals/routes.ts';
import { auditRoutes } from './audit/routes.ts';
import { loginRoutes } from './auth/login-routes.ts';
import { sessionRoutes } from './auth/session-routes.ts';
import { dashboardRoutes } from './dashboards/routes.ts';
import { eventRoutes } from './events/routes.ts';
import { gameDayRoutes } from './game-days/routes.ts';
import { healthRoutes } from './health/routes.ts';
import { metaRoutes } from './meta/routes.ts';
import { overviewRoutes } from './overview/routes.ts';
import { queueRoutes } from './queues/routes.ts';
import type { RouteDeps } from './route-deps.ts';
import { runRoutes } from './runs/routes.ts';
import { secretRoutes } from './secrets/routes.ts';
import { telemetryRoutes } from './telemetry/routes.ts';
import { workerRoutes } from './workers/routes.ts';
import { workflowRoutes } from './workflows/routes.ts';

/** All routes, in the order of the documentation. */
export function allRoutes(deps: RouteDeps): Route[] {
  const routes = [
    ...overviewRoutes(deps),
    ...workflowRoutes(deps),
    ...runRoutes(deps),
    ...eventRoutes(deps),
    ...approvalRoutes(deps),
    ...secretRoutes(deps),
    ...queueRoutes(deps),
    ...workerRoutes(deps),
    ...dashboardRoutes(deps),
    ...alertRoutes(deps),
    ...(deps.gameDays ? gameDayRoutes(deps.gameDays) : []),
    ...auditRoutes(deps),
    ...telemetryRoutes(deps),
    ...loginRoutes(deps.auth),
    ...sessionRoutes(deps.auth),
    ...healthRoutes(deps),
  ];
  return [
    ...routes,
    ...metaRoutes(routes, { version: deps.version, publicUrl: deps.auth.publicUrl }),
  ];
}

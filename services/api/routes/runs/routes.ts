import type { Route } from '../../http/define-route.ts';
import type { RouteDeps } from '../route-deps.ts';
import { cancelRunRoute } from './cancel-run.ts';
import { bulkRoute } from './bulk-routes.ts';
import { getRunRoute } from './read-run.ts';
import { listRunsRoute } from './list-runs.ts';
import { replayRunRoute } from './replay-run.ts';
import { retryRunRoute } from './retry-run.ts';
import { stepInputRoute } from './step-input-route.ts';
import { runTraceRoute } from './trace-route.ts';
import { stepAttemptsRoute, stepOutputRoute, stepRoutes } from './step-routes.ts';
import { runTimeRoute } from './time-routes.ts';
import { submitRunRoute } from './submit-run.ts';

export function runRoutes(deps: RouteDeps): Route[] {
  return [
    submitRunRoute(deps),
    listRunsRoute(deps),
    bulkRoute(deps),
    getRunRoute(deps),
    runTimeRoute(deps),
    cancelRunRoute(deps),
    retryRunRoute(deps),
    replayRunRoute(deps),
    runTraceRoute(deps),
    stepInputRoute(deps),
    stepOutputRoute(deps),
    stepAttemptsRoute(deps),
    ...stepRoutes(deps),
  ];
}

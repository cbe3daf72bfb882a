import type { Route } from '../../http/define-route.ts';
import type { RouteDeps } from '../route-deps.ts';
import { createVersionRoute } from './create-version.ts';
import { pauseRoutes } from './pause-routes.ts';
import { readRoutes } from './read-routes.ts';
import { statisticsRoute } from './statistics-routes.ts';
import { validateRoute } from './validate.ts';

export function workflowRoutes(
  deps: Pick<RouteDeps, 'pool' | 'readsOf' | 'readDefinition' | 'atOnce'>,
): Route[] {
  return [
    createVersionRoute(deps),
    validateRoute(deps),
    ...readRoutes(deps),
    statisticsRoute(deps),
    ...pauseRoutes(deps),
  ];
}

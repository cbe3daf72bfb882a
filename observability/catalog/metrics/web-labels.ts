/** Label values of the web UI's metrics. */

/** Pages of the web UI, as its router names them. `services/web/app/vitals/web-routes.test.ts` compares them with the files. */
export const WEB_ROUTES = [
  '/',
  '/dashboards',
  '/dashboards/:uid',
  '/health/alerts',
  '/health/game-days',
  '/health/queues',
  '/inbox/approvals',
  '/inbox/events',
  '/login',
  '/overview',
  '/runs',
  '/runs/:id',
  '/runs/compare',
  '/settings/audit',
  '/settings/secrets',
  '/workflows',
  '/workflows/:name',
  '/workflows/new',
] as const;

/** The Core Web Vitals, as the `web-vitals` library names them. */
export const WEB_VITALS = ['LCP', 'INP', 'CLS'] as const;

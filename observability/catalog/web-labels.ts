/** What the web UI tells of itself by. */

/** Its pages, as its router names them; `services/web/test/routes.test.ts` holds them against its files. */
export const WEB_ROUTES = [
  '/',
  '/alerts',
  '/approvals',
  '/audit',
  '/dashboards',
  '/dashboards/:uid',
  '/events',
  '/login',
  '/objectives',
  '/overview',
  '/queues',
  '/runs',
  '/runs/:id',
  '/runs/compare',
  '/secrets',
  '/services',
  '/workflows',
  '/workflows/:name',
  '/workflows/new',
] as const;

/** The Core Web Vitals, by the names of the library that measures them. */
export const WEB_VITALS = ['LCP', 'INP', 'CLS'] as const;

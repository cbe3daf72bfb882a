import { type Alert } from './alert.ts';
import { COUNT } from '@aio/slo/alert';
import { AFTERMATH } from './aftermath.ts';
import { max, min, overTime, where } from '@aio/slo/promql';
import { select } from '../metrics/select.ts';
import type { TimeScale } from '@aio/slo/time-scale';

/** PostgreSQL and Redis. */
export function dependencyAlerts(time: TimeScale): readonly Alert[] {
  const reached = max(select('dependencyUp'), ['dependency', 'job']);
  return [
    {
      name: 'DependencyDown',
      severity: 'page',
      summary: `No API or no worker reaches {{ $labels.dependency }} (up is ${COUNT})`,
      description:
        'No API or no worker reaches it. If PostgreSQL is down, the API accepts no runs and no ' +
        'run continues. If Redis is down, the API accepts runs, but workers start neither runs ' +
        'nor lane steps. If a separate redis_cache is down, pages and logins get 503, and runs ' +
        'continue.',
      query: where(min(reached, ['dependency']), '==', 0),
      for: time.hold('30s'),
      keepFiringFor: time.hold(AFTERMATH.cause),
      panel: { dashboardUid: 'aio-runtime', title: 'Dependencies' },
    },
    {
      name: 'DatabasePoolWaiting',
      severity: 'ticket',
      summary: `${COUNT} callers wait for a connection in {{ $labels.job }} {{ $labels.instance }}`,
      description:
        'For 2 minutes, more than one caller on average has waited for a connection of the pool. ' +
        'Queries are slow, or the pool has too few connections. Requests and commits are late.',
      query: where(overTime('avg', select('databasePoolWaiting'), time.range('2m')), '>', 1),
      for: time.hold('2m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Callers waiting for a connection' },
    },
  ];
}

import { type Alert, COUNT } from '../alert.ts';
import { AFTERMATH } from '../burn-rates.ts';
import { max, min, overTime, where } from '../promql.ts';
import { select } from '../select.ts';
import type { TimeScale } from '../time-scale.ts';

/** PostgreSQL and Redis. */
export function dependencyAlerts(time: TimeScale): readonly Alert[] {
  const reached = max(select('dependencyUp'), ['dependency', 'job']);
  return [
    {
      name: 'DependencyDown',
      severity: 'page',
      summary: `{{ $labels.dependency }} answers no API or no worker (up is ${COUNT})`,
      description:
        'No process of one kind reaches it. Without the database, the API accepts nothing and no run goes on. ' +
        'Without Redis, the API accepts runs, and workers begin none of them and no step of a lane. ' +
        'Without redis_cache, if that is a separate Redis, pages and logins get 503, and runs go on.',
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
        'On average more than one caller has waited for a connection of the pool over 2 minutes: ' +
        'queries are slow, or there are too few connections. Requests and commits are late by as much.',
      query: where(overTime('avg', select('databasePoolWaiting'), time.range('2m')), '>', 1),
      for: time.hold('2m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Callers waiting for a connection' },
    },
  ];
}

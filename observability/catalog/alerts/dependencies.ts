import { type Alert, COUNT } from '../alert.ts';
import { max, overTime, where } from '../promql.ts';
import { select } from '../select.ts';
import type { TimeScale } from '../time-scale.ts';

/** PostgreSQL and Redis. */
export function dependencyAlerts(time: TimeScale): readonly Alert[] {
  return [
    {
      name: 'DependencyDown',
      severity: 'page',
      summary: `{{ $labels.dependency }} answers none of us (up is ${COUNT})`,
      description:
        'No process reaches it. Without the database, the API accepts nothing and no run goes on. Without ' +
        'Redis, the API accepts runs, and workers begin none of them and no step of a lane.',
      query: where(max(select('dependencyUp'), ['dependency']), '==', 0),
      for: time.hold('1m'),
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

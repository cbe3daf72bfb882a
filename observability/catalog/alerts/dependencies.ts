import { type Alert } from './alert.ts';
import { COUNT, TIME } from '@aio/slo/alert';
import { AFTERMATH } from './aftermath.ts';
import { max, min, overTime, rest, times, unless, where } from '@aio/slo/promql';
import type { Query } from '@aio/slo/query';
import { select } from '../metrics/select.ts';
import { type Duration, inSeconds, type TimeScale } from '@aio/slo/time-scale';

/** Seconds in the range during which a process did not reach a dependency; of several processes, the longest. */
export function awayFor(range: Duration): Query<'dependency'> {
  const answered = min(overTime('avg', select('dependencyUp'), range), ['dependency']);
  return times(rest(answered), inSeconds(range));
}

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
      whyNow: 'Runs stand still, or users are refused, until it is back.',
      query: where(min(reached, ['dependency']), '==', 0),
      for: time.hold('30s'),
      keepFiringFor: time.hold(AFTERMATH.cause),
      panel: { dashboardUid: 'aio-runtime', title: 'Dependencies' },
    },
    {
      name: 'DependencyInterrupted',
      severity: 'ticket',
      summary: `{{ $labels.dependency }} did not answer for ${TIME} of the last 5 minutes`,
      description:
        'A process could not reach it for a short time, and can again, or others can. Requests in that time may have got ' +
        '503, and runs waited. Nothing is lost. Find out why it was away before it is away for longer.',
      query: where(awayFor(time.range('5m')), '>', 0),
      for: time.hold('45s'),
      panel: { dashboardUid: 'aio-runtime', title: 'Dependencies' },
    },
    {
      name: 'DatabasePoolWaiting',
      severity: 'ticket',
      summary: `${COUNT} callers wait for a connection in {{ $labels.job }} {{ $labels.instance }}`,
      description:
        'For 2 minutes, more than one caller on average has waited for a connection of the pool. ' +
        'Queries are slow, or the pool has too few connections. Requests and commits are late.',
      // After an outage, which another alert reported, all that waited comes at once.
      query: unless(
        where(overTime('avg', select('databasePoolWaiting'), time.range('2m')), '>', 1),
        where(awayFor(time.range('10m')), '>', 0),
        [],
      ),
      for: time.hold('1m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Callers waiting for a connection' },
    },
  ];
}

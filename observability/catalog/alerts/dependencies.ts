import { type Alert } from './alert.ts';
import { COUNT, TIME } from '@aio/slo/alert';
import { AFTERMATH } from './aftermath.ts';
import { max, min, or, overTime, queryOverTime, rest, times, unless, where } from '@aio/slo/promql';
import type { Query } from '@aio/slo/query';
import { select } from '../metrics/select.ts';
import { type Duration, inSeconds } from '@aio/slo/duration';

/** What `DependencyDown` waits for: three readings, of which one more follows while it is pending. */
const READINGS = '45s';

/** Seconds in the range during which a process did not reach a dependency; of several processes, the longest. */
export function awayFor(range: Duration, dependency?: 'database'): Query<'dependency'> {
  const up = select('dependencyUp', dependency && { dependency });
  const answered = min(overTime('avg', up, range), ['dependency']);
  return times(rest(answered), inSeconds(range));
}

/** Dependencies that no API or no worker reached at any reading of the range. */
function unreached(range: Duration, up = select('dependencyUp')): Query<'dependency'> {
  const reached = max(overTime('max', up, range), ['dependency', 'job']);
  return where(min(reached, ['dependency']), '==', 0);
}

/** No API or no worker reaches PostgreSQL now, or did for a while and its errors still count. */
export function databaseAway(): Query<'dependency'> {
  const up = select('dependencyUp', { dependency: 'database' });
  const now = where(min(max(up, ['dependency', 'job']), ['dependency']), '==', 0);
  return or(now, queryOverTime('max', unreached(READINGS, up), '2m'));
}

/** PostgreSQL and Redis. */
export function dependencyAlerts(): readonly Alert[] {
  return [
    {
      name: 'DependencyDown',
      severity: 'page',
      summary: `No API or no worker has reached {{ $labels.dependency }} for a minute (up is ${COUNT})`,
      description:
        'It answered none of the readings of a minute. If PostgreSQL is down, the API accepts no runs and no ' +
        'run continues. If Redis is down, the API accepts runs, but workers start neither runs ' +
        'nor lane steps. If a separate redis_cache is down, pages and logins get 503, and runs ' +
        'continue.',
      whyNow: 'Runs stand still, or users are refused, until it is back.',
      query: unreached(READINGS),
      // A process that starts needs a second reading.
      for: '15s',
      keepFiringFor: AFTERMATH,
      panel: { dashboardUid: 'aio-runtime', title: 'Dependencies' },
    },
    {
      name: 'DependencyInterrupted',
      severity: 'ticket',
      summary: `{{ $labels.dependency }} answered slowly or not for ${TIME} of the last 5 minutes`,
      description:
        'It was away for a short time, or it answers slowly: not every reading got an answer within 0.8 s. Requests may have ' +
        'got 503, and runs waited. Nothing is lost. Find out why before it is away for longer.',
      query: where(awayFor('5m'), '>', 0),
      for: '45s',
      panel: { dashboardUid: 'aio-runtime', title: 'Dependencies' },
    },
    {
      name: 'DatabasePoolWaiting',
      severity: 'ticket',
      summary: `${COUNT} callers wait for a connection in {{ $labels.job }} {{ $labels.instance }}`,
      description:
        'For 2 minutes, more than one caller on average has waited for a connection of the pool. ' +
        'Queries are slow, or the pool has too few connections. Requests and commits are late.',
      // After an outage of PostgreSQL, which another alert reported, all that waited comes at once.
      query: unless(
        where(overTime('avg', select('databasePoolWaiting'), '2m'), '>', 1),
        where(awayFor('10m', 'database'), '>', 0),
        [],
      ),
      for: '1m',
      panel: { dashboardUid: 'aio-runtime', title: 'Callers waiting for a connection' },
    },
  ];
}

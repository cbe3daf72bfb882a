import { type Alert, COUNT, SHARE } from '../alert.ts';
import { and, divide, increase, rest, sum, where } from '../promql.ts';
import { countOf, select } from '../select.ts';
import type { TimeScale } from '../time-scale.ts';

/** People who cannot get in, or do not stay in. */
export function identityAlerts(time: TimeScale): readonly Alert[] {
  return [failing(time), unfinished(time), serviceAway(time), sessionsAway(time)];
}

function failing(time: TimeScale): Alert {
  const range = time.range('5m');
  const failed = sum(increase(select('logins', { outcome: 'failed' }), range));
  const ended = sum(increase(select('logins', { outcome: ['failed', 'succeeded'] }), range));
  return {
    name: 'LoginsFailing',
    severity: 'ticket',
    summary: `${SHARE} of the logins that come back from the login service are refused`,
    description:
      'More than half of those who come back are not let in: the two do not agree, on a secret, on keys ' +
      'or on the time, or somebody makes answers up. People who are logged in can go on.',
    query: and(where(divide(failed, ended), '>', 0.5), where(failed, '>=', time.events(10))),
    for: time.hold('2m'),
    panel: { dashboardUid: 'aio-api', title: 'Logins refused' },
  };
}

function unfinished(time: TimeScale): Alert {
  const range = time.range('15m');
  const begun = sum(
    increase(countOf('httpRequestDuration', { route: '/auth/login', status: '302' }), range),
  );
  const back = sum(increase(select('logins', { outcome: ['failed', 'succeeded'] }), range));
  return {
    name: 'LoginsUnfinished',
    severity: 'ticket',
    summary: `${SHARE} of the logins that are begun do not come back from the login service`,
    description:
      'More than four of five who are sent to the login page do not come back: the login service does ' +
      'not let them in or shows them an error, or somebody tries passwords. The API sees no more of it.',
    query: and(where(rest(divide(back, begun)), '>', 0.8), where(begun, '>=', time.events(30))),
    for: time.hold('5m'),
    panel: { dashboardUid: 'aio-api', title: 'Logins not finished' },
  };
}

/** A short range, so that a restart that is over is not told for minutes. */
function serviceAway(time: TimeScale): Alert {
  const errors = sum(increase(select('loginServiceErrors'), time.range('2m')));
  return {
    name: 'LoginServiceAway',
    severity: 'page',
    summary: `${COUNT} requests to the login service failed in 2 minutes`,
    description:
      'For minutes the login service has not answered the API: nobody can log in, and tokens signed ' +
      'with a new key are refused. Sessions and tokens that are known go on until they end.',
    query: where(errors, '>=', time.events(2)),
    for: time.hold('3m'),
    panel: { dashboardUid: 'aio-api', title: 'Login service' },
  };
}

function sessionsAway(time: TimeScale): Alert {
  const errors = sum(increase(select('sessionErrors'), time.range('2m')));
  return {
    name: 'SessionsUnavailable',
    severity: 'page',
    summary: `${COUNT} requests of browsers found no Redis for their session in 2 minutes`,
    description:
      'People at the pages get 503, and nobody can log in: the API does not reach the Redis of sessions. Programs ' +
      'with a bearer token go on, and so do runs.',
    query: where(errors, '>=', time.events(5)),
    for: time.hold('2m'),
    panel: { dashboardUid: 'aio-api', title: 'Sessions out of reach' },
  };
}

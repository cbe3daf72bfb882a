import { type Alert } from './alert.ts';
import { COUNT, SHARE } from '@aio/slo/alert';
import { and, divide, increase, rest, sum, where } from '@aio/slo/promql';
import { countOf, select } from '../metrics/select.ts';
import type { TimeScale } from '@aio/slo/time-scale';

/** Logins and sessions that fail. */
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
    summary: `The API refuses ${SHARE} of the logins that return from the login service`,
    description:
      'The API refuses more than half of the users who return from the login service. The two ' +
      'disagree on a secret, keys or the time, or an attacker forges answers. Users who are ' +
      'logged in are unaffected.',
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
    summary: `${SHARE} of the logins do not return from the login service`,
    description:
      'More than four of five users do not return from the login page. The login service ' +
      'refuses them or shows an error, or an attacker guesses passwords. The API cannot see ' +
      'which.',
    query: and(where(rest(divide(back, begun)), '>', 0.8), where(begun, '>=', time.events(30))),
    for: time.hold('5m'),
    panel: { dashboardUid: 'aio-api', title: 'Logins not finished' },
  };
}

/** A short range, so that the alert ends soon after a restart of the login service. */
function serviceAway(time: TimeScale): Alert {
  const errors = sum(increase(select('loginServiceErrors'), time.range('2m')));
  return {
    name: 'LoginServiceAway',
    severity: 'page',
    summary: `${COUNT} requests to the login service failed in 2 minutes`,
    description:
      'For minutes, the login service has not answered the API. Users cannot log in, and the ' +
      'API refuses tokens that are signed with a new key. Existing sessions and tokens work ' +
      'until they expire.',
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
    summary: `The API could not read the session of ${COUNT} browser requests in 2 minutes`,
    description:
      'The API cannot reach the Redis that holds sessions. Pages answer 503, and users cannot ' +
      'log in. Programs with a bearer token and runs continue.',
    query: where(errors, '>=', time.events(5)),
    for: time.hold('2m'),
    panel: { dashboardUid: 'aio-api', title: 'Sessions out of reach' },
  };
}

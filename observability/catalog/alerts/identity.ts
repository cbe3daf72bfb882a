import { type Alert } from './alert.ts';
import { COUNT, SHARE } from '@aio/slo/alert';
import { and, divide, increase, rest, sum, where } from '@aio/slo/promql';
import { countOf, select } from '../metrics/select.ts';
import { shareNow } from './share-now.ts';
import type { TimeScale } from '@aio/slo/time-scale';

/** Logins that fail. */
export function identityAlerts(time: TimeScale): readonly Alert[] {
  return [failing(time), unfinished(time), serviceAway(time)];
}

function failing(time: TimeScale): Alert {
  return {
    name: 'LoginsFailing',
    severity: 'ticket',
    summary: `The API refuses ${SHARE} of the logins that return from the login service`,
    description:
      'The API refuses more than half of the users who return from the login service. The two ' +
      'disagree on a secret, keys or the time, or an attacker forges answers. Users who are ' +
      'logged in are unaffected.',
    query: shareNow(
      {
        bad: select('logins', { outcome: 'failed' }),
        all: select('logins', { outcome: ['failed', 'succeeded'] }),
      },
      { above: 0.5, minBad: 10 },
      time,
    ),
    for: time.hold('1m'),
    panel: { dashboardUid: 'aio-access', title: 'Logins refused' },
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
    panel: { dashboardUid: 'aio-access', title: 'Logins not finished' },
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
    whyNow: 'Nobody can log in, and programs lose access as their tokens end.',
    query: where(errors, '>=', time.events(2)),
    for: time.hold('90s'),
    panel: { dashboardUid: 'aio-access', title: 'Login service' },
  };
}

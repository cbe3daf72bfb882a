import { type Alert } from './alert.ts';
import { COUNT, SHARE } from '@aio/slo/alert';
import { increase, sum, where } from '@aio/slo/promql';
import { select } from '../metrics/select.ts';
import { shareNow } from './share-now.ts';

/** Logins that fail. */
export function identityAlerts(): readonly Alert[] {
  return [failing(), serviceAway()];
}

function failing(): Alert {
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
    ),
    for: '1m',
    panel: { dashboardUid: 'aio-api', title: 'Logins refused' },
  };
}

/** A short range, so that the alert ends soon after a restart of the login service. */
function serviceAway(): Alert {
  const errors = sum(increase(select('loginServiceErrors'), '2m'));
  return {
    name: 'LoginServiceAway',
    severity: 'page',
    summary: `${COUNT} requests to the login service failed in 2 minutes`,
    description:
      'For minutes, the login service has not answered the API. Users cannot log in, and the ' +
      'API refuses tokens that are signed with a new key. Existing sessions and tokens work ' +
      'until they expire.',
    whyNow: 'Nobody can log in, and programs lose access as their tokens end.',
    query: where(errors, '>=', 2),
    for: '90s',
    panel: { dashboardUid: 'aio-api', title: 'Login service' },
  };
}

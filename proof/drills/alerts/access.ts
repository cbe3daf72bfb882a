import type { AlertDrill } from './kit/alert-drill.ts';
import { BUILDER, logIn } from '../../bed/people.ts';

/** No load comes from this address. The API trusts X-Forwarded-For from a proxy on this machine. */
const INTRUDER = '203.0.113.9';
const EVERY_MS = 10;
/** Time between two logins; each goes through the login page. */
const LOGIN_EVERY_MS = 500;

export const ACCESS_DRILLS: readonly AlertDrill[] = [
  {
    name: 'bad-tokens',
    what: 'programs send a token that the login service never signed, 100 times a second',
    hard: true,
    fires: [{ alert: 'TokensRefused' }],
    async inject({ bed, repeat }) {
      const headers = { authorization: 'Bearer not.signed.here', 'x-forwarded-for': INTRUDER };
      return repeat(EVERY_MS, async () => {
        const answer = await fetch(`${bed.system.apiUrl}/api/v1/runs`, { headers });
        await answer.text();
      }).stop;
    },
  },
  {
    name: 'no-login-service',
    what: 'the login service is killed (kill -9) and stays down while people try to log in',
    fires: [{ alert: 'LoginServiceAway' }],
    // The API asks the login service at every login. While it is down, people get a 503 instead of a redirect.
    also: [{ alert: 'ApiAvailabilityBurn' }, { alert: 'RequestsFailing' }],
    async inject({ bed, repeat }) {
      const { system } = bed;
      // The API has to reach the login service once before the kill.
      await logIn(system, BUILDER);
      await system.identity!.signal('SIGKILL');
      const { stop } = repeat(LOGIN_EVERY_MS, () => logIn(system, BUILDER));
      return async () => {
        await system.identity!.restart();
        await stop();
      };
    },
  },
];

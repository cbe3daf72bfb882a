import type { AlertDrill } from '../../lib/alert-drill/drill.ts';
import type { Stand } from '../../lib/alert-drill/stand.ts';
import { AWAY_FROM_API } from './dependencies.ts';
import { BUILDER, logIn } from '../../lib/people.ts';

/** Begun and, by the person at the login page, ended. */
const LOGIN_EVERY_MS = 500;
const PAGE_EVERY_MS = 250;
/** What the API says to people is an error of its own, too. */
const TOLD_AS_503 = [{ alert: 'ApiAvailabilityBurn' }, { alert: 'RequestsFailing' }] as const;

export const IDENTITY_DRILLS: readonly AlertDrill[] = [
  {
    name: 'other-secret',
    what: 'people log in, and the login service does not know the secret of the API',
    fires: [{ alert: 'LoginsFailing' }],
    bed: {
      processEnv: (name): Record<string, string> =>
        name === 'api' ? { AIO_OIDC_CLIENT_SECRET: 'of another client' } : {},
    },
    inject: async (stand) => logInAgainAndAgain(stand, BUILDER),
  },
  {
    name: 'wrong-passwords',
    what: 'somebody goes to log in, again and again, and does not know the password',
    fires: [{ alert: 'LoginsUnfinished' }],
    inject: async (stand) => logInAgainAndAgain(stand, { ...BUILDER, password: 'a guess' }),
  },
  {
    name: 'no-login-service',
    what: 'the login service is killed (kill -9), stays away, and people want to log in',
    fires: [{ alert: 'LoginServiceAway' }],
    // Nobody is sent to where nobody is: the API asks the login service at every login.
    also: TOLD_AS_503,
    async inject(stand) {
      const { system } = stand.bed;
      const { identity } = system;
      if (identity === null) throw new Error('This drill kills a login service of its own.');
      // The API has seen it well.
      await logIn(system, BUILDER);
      await identity.signal('SIGKILL');
      const stop = logInAgainAndAgain(stand, BUILDER);
      return async () => {
        await identity.restart();
        await stop();
      };
    },
  },
  {
    name: 'no-sessions',
    what: "the API's connections to Redis are refused while somebody is at the pages",
    fires: [{ alert: 'SessionsUnavailable' }],
    also: [
      ...TOLD_AS_503,
      AWAY_FROM_API,
      { alert: 'RateLimitsUnshared' },
      { alert: 'GaugesUnread', labels: { job: 'api' } },
      // It cannot send jobs: runs wait for the reconciler.
      { alert: 'QueueTimeBurn' },
    ],
    bed: { paths: ['api'] },
    async inject(stand) {
      const { system } = stand.bed;
      const browser = await logIn(system, BUILDER);
      const pages = stand.repeat(PAGE_EVERY_MS, async () => {
        const answer = await browser.request(`${system.publicUrl}/api/v1/runs`);
        await answer.text();
      });
      const redis = stand.bed.path('api', 'redis');
      await redis.set('refused');
      return async () => {
        await redis.set('open');
        await pages.stop();
      };
    },
  },
];

function logInAgainAndAgain(
  { bed, repeat }: Stand,
  person: { username: string; password: string },
): () => Promise<void> {
  const people = repeat(LOGIN_EVERY_MS, () => logIn(bed.system, person));
  return () => people.stop();
}

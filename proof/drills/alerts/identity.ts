import type { AlertDrill } from './kit/alert-drill.ts';
import type { Stand } from './kit/stand.ts';
import { AWAY_FROM_API } from './dependencies.ts';
import { BUILDER, logIn } from '../../bed/people.ts';

/** Time between two logins; each goes through the login page. */
const LOGIN_EVERY_MS = 500;
const PAGE_EVERY_MS = 250;
/** The 503 that people get also counts as an error of the API. */
const ANSWERED_503 = [{ alert: 'ApiAvailabilityBurn' }, { alert: 'RequestsFailing' }] as const;

export const IDENTITY_DRILLS: readonly AlertDrill[] = [
  {
    name: 'other-secret',
    what: "people log in, but the login service rejects the API's client secret",
    fires: [{ alert: 'LoginsFailing' }],
    bed: { processEnv: { api: { AIO_OIDC_CLIENT_SECRET: 'of another client' } } },
    inject: async (stand) => logInAgainAndAgain(stand, BUILDER),
  },
  {
    name: 'no-login-service',
    what: 'the login service is killed (kill -9) and stays down while people try to log in',
    fires: [{ alert: 'LoginServiceAway' }],
    // The API asks the login service at every login. While it is down, people get a 503 instead of a redirect.
    also: ANSWERED_503,
    async inject(stand) {
      const { system } = stand.bed;
      // The API has to reach the login service once before the kill.
      await logIn(system, BUILDER);
      await system.identity!.signal('SIGKILL');
      const stop = logInAgainAndAgain(stand, BUILDER);
      return async () => {
        await system.identity!.restart();
        await stop();
      };
    },
  },
  {
    name: 'no-sessions',
    what: "the API's connections to Redis are refused while a user reads the pages",
    fires: [AWAY_FROM_API],
    also: [
      ...ANSWERED_503,
      { alert: 'DependencyInterrupted', labels: { dependency: 'redis' } },
      // The API cannot send jobs, so runs wait for the reconciler.
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
  return repeat(LOGIN_EVERY_MS, () => logIn(bed.system, person)).stop;
}

import type { AlertDrill } from './kit/alert-drill.ts';
import { rotateSecrets } from '../../bed/rotate-secrets.ts';

/** No load comes from this address. The API trusts X-Forwarded-For from a proxy on this machine. */
const INTRUDER = '203.0.113.9';
const EVERY_MS = 10;
const CALL_EVERY_MS = 500;
const [OLD_KEY, NEW_KEY] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [
  string,
  string,
];

export const ACCESS_DRILLS: readonly AlertDrill[] = [
  {
    name: 'eager-client',
    what: 'a client sends 100 requests a second from an address that is limited to 20',
    fires: [{ alert: 'RequestsRateLimited', labels: { policy: 'address' } }],
    bed: { env: { RATE_LIMITS: 'address=1200/1m' } },
    async inject({ bed, repeat }) {
      const headers = { 'x-forwarded-for': INTRUDER };
      return repeat(EVERY_MS, () =>
        ask(bed.system.fetch, `${bed.system.apiUrl}/api/v1/workers`, { headers }),
      ).stop;
    },
  },
  {
    name: 'bad-tokens',
    what: 'programs send a token that the login service never signed, 100 times a second',
    hard: true,
    fires: [{ alert: 'TokensRefused' }],
    async inject({ bed, repeat }) {
      const headers = { authorization: 'Bearer not.signed.here', 'x-forwarded-for': INTRUDER };
      return repeat(EVERY_MS, () => ask(fetch, `${bed.system.apiUrl}/api/v1/runs`, { headers }))
        .stop;
    },
  },
  {
    name: 'inside-address',
    what: 'a workflow calls an address of the private network that is not allowed',
    fires: [{ alert: 'StepAddressesRefused', labels: { range: 'private' } }],
    async inject({ bed }) {
      await bed.createWorkflow('curious', {
        look: { type: 'http', with: { url: 'http://10.255.255.254:5432/' }, onFailure: 'continue' },
      });
      await bed.submit('curious');
      return async () => {};
    },
  },
  {
    name: 'forgotten-workers',
    what: 'an admin rotates the key of the secrets, but the workers do not get the new key',
    fires: [{ alert: 'SecretsUnreadable' }],
    bed: { env: { AIO_SECRETS_KEY: OLD_KEY } },
    async inject({ bed, repeat }) {
      const { api, simulator } = bed.system;
      await api.putSecret('pager_token', 'a token of the pager');
      const headers = { authorization: 'Bearer ${{ secrets.pager_token }}' };
      await bed.createWorkflow('alarm', {
        call: {
          type: 'http',
          with: { url: `${simulator.url}/work?ms=5`, headers },
          onFailure: 'continue',
        },
      });
      const calls = repeat(CALL_EVERY_MS, () => api.submitRun('alarm'));
      await rotateSecrets(bed.servers.databaseUrl, [NEW_KEY, OLD_KEY]);
      return async () => {
        await rotateSecrets(bed.servers.databaseUrl, [OLD_KEY, NEW_KEY]);
        await calls.stop();
      };
    },
  },
];

async function ask(send: typeof fetch, url: string, init: RequestInit): Promise<void> {
  const answer = await send(url, init);
  await answer.text();
}

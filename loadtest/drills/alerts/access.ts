import type { AlertDrill } from '../../lib/alert-drill/drill.ts';

/** Of an address that no load comes from: the API believes a proxy on this machine. */
const INTRUDER = '203.0.113.9';
const EVERY_MS = 10;

export const ACCESS_DRILLS: readonly AlertDrill[] = [
  {
    name: 'eager-client',
    what: 'somebody sends 100 requests a second where an address has 20',
    fires: [{ alert: 'RequestsRateLimited', labels: { policy: 'address' } }],
    bed: { env: { RATE_LIMITS: 'address=1200/1m' } },
    async inject({ bed, repeat }) {
      const headers = { 'x-forwarded-for': INTRUDER };
      const client = repeat(EVERY_MS, () =>
        ask(bed.system.fetch, `${bed.system.apiUrl}/api/v1/workers`, { headers }),
      );
      return () => client.stop();
    },
  },
  {
    name: 'closed-doors',
    what: 'somebody who has not logged in tries to change things, 100 times a second',
    fires: [{ alert: 'RequestsRefused' }],
    async inject({ bed, repeat }) {
      const headers = { 'x-forwarded-for': INTRUDER };
      const pause = `${bed.system.apiUrl}/api/v1/queues/default/pause`;
      const client = repeat(EVERY_MS, () => ask(fetch, pause, { method: 'POST', headers }));
      return () => client.stop();
    },
  },
  {
    name: 'inside-address',
    what: 'a workflow calls an address of the private network that nobody let through',
    fires: [{ alert: 'StepAddressesRefused', labels: { range: 'private' } }],
    async inject({ bed }) {
      await bed.createWorkflow('curious', {
        look: { type: 'http', with: { url: 'http://10.255.255.254:5432/' }, onFailure: 'continue' },
      });
      await bed.submit('curious');
      return async () => {};
    },
  },
];

async function ask(send: typeof fetch, url: string, init: RequestInit): Promise<void> {
  const answer = await send(url, init);
  await answer.text();
}

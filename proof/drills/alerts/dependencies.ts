import { ARRIVES_WITHIN } from '@aio/catalog/alerts/alert-times';
import type { AlertDrill } from './kit/alert-drill.ts';

/** A query takes twice this, so the API's 20 connections serve 33 queries a second. */
const SLOW_MS = 300;
const READ_EVERY_MS = 15;
const PAUSE_MS = 20_000;
const LONG_PAUSE_MS = 75_000;

/** The API cannot reach Redis, but the workers can. */
export const AWAY_FROM_API = {
  alert: 'DependencyDown',
  labels: { dependency: 'redis' },
} as const;

export const DEPENDENCY_DRILLS: readonly AlertDrill[] = [
  {
    name: 'no-redis',
    what: 'Redis is killed (kill -9) and stays down',
    fires: [{ alert: 'DependencyDown', labels: { dependency: 'redis' } }],
    also: [
      { alert: 'DependencyInterrupted', labels: { dependency: 'redis' } },
      // While Redis is down, steps of lanes wait in their rows and slots are free.
      { alert: 'QueueTimeBurn' },
    ],
    async inject({ bed }) {
      const { redis } = bed.servers;
      await redis.end('SIGKILL');
      return () => redis.start();
    },
  },
  {
    name: 'no-database',
    what: 'PostgreSQL ends at once, without a checkpoint, and stays down',
    hard: true,
    fires: [{ alert: 'DependencyDown', labels: { dependency: 'database' } }],
    also: [
      { alert: 'RequestsFailing' },
      { alert: 'ApiLatencyBurn' },
      { alert: 'ApiAvailabilityBurn' },
      { alert: 'GaugesUnread', labels: { job: 'api' } },
      // Runs continue on their worker, or on another one if the outage exceeds a lease.
      { alert: 'QueueTimeBurn' },
      { alert: 'LeaseTakeovers' },
    ],
    async inject({ bed }) {
      const { postgres } = bed.servers;
      await postgres.end('SIGQUIT');
      return () => postgres.start();
    },
  },
  {
    name: 'slow-database',
    what: `packets between the API and PostgreSQL take ${SLOW_MS} ms longer, and clients read faster than its connections can serve`,
    fires: [{ alert: 'DatabasePoolWaiting', labels: { job: 'api' } }],
    also: [
      { alert: 'ApiLatencyBurn' },
      { alert: 'RequestsFailing' },
      // Requests that get no connection within two seconds are answered 503.
      { alert: 'ApiAvailabilityBurn' },
      { alert: 'GaugesUnread', labels: { job: 'api' } },
    ],
    bed: { paths: ['api'] },
    async inject({ bed, repeat }) {
      const path = bed.path('api', 'postgres');
      path.slow(SLOW_MS);
      const readers = repeat(READ_EVERY_MS, () => bed.system.api.listOpenRuns({ limit: 1 }));
      return async () => {
        path.slow(0);
        await readers.stop();
      };
    },
  },
  pause('database-pauses', {
    server: 'postgres',
    lastsMs: PAUSE_MS,
    fires: [{ alert: 'DependencyInterrupted', labels: { dependency: 'database' } }],
    night: { firesWithin: 300, truth: `${PAUSE_MS / 1000} s` },
  }),
  pause('redis-pauses', {
    server: 'redis',
    lastsMs: PAUSE_MS,
    fires: [{ alert: 'DependencyInterrupted', labels: { dependency: 'redis' } }],
    night: { firesWithin: 300, truth: `${PAUSE_MS / 1000} s` },
  }),
  pause('frozen-database', {
    server: 'postgres',
    lastsMs: LONG_PAUSE_MS,
    fires: [{ alert: 'DependencyDown', labels: { dependency: 'database' } }],
    also: [
      { alert: 'DependencyInterrupted', labels: { dependency: 'database' } },
      { alert: 'RequestsFailing' },
      { alert: 'ApiAvailabilityBurn' },
      { alert: 'GaugesUnread', labels: { job: 'api' } },
      { alert: 'QueueTimeBurn' },
      { alert: 'LeaseTakeovers' },
    ],
    night: { firesWithin: ARRIVES_WITHIN.page, truth: '0' },
  }),
];

/** A server that stands still, as on a hung disk: connections stay open, and nothing answers. */
function pause(
  name: string,
  {
    server,
    ...drill
  }: Omit<AlertDrill, 'name' | 'what'> & { server: 'postgres' | 'redis'; lastsMs: number },
): AlertDrill {
  const what = { postgres: 'PostgreSQL', redis: 'Redis' }[server];
  return {
    ...drill,
    name,
    what: `${what} stands still (SIGSTOP) for ${drill.lastsMs / 1000} s`,
    hard: true,
    inject: async ({ bed }) => {
      const thaw = bed.servers[server].freeze!();
      return async () => thaw();
    },
  };
}

import { findFault } from '../../alert-faults/all.ts';
import type { AlertDrill } from './kit/alert-drill.ts';

/** A query takes twice this, so the API's 20 connections serve 33 queries a second. */
const SLOW_MS = 300;
const READ_EVERY_MS = 15;

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
      { alert: 'DependencyInterrupted', labels: { dependency: 'database' } },
      { alert: 'RequestsFailing' },
      { alert: 'ApiLatencyBurn' },
      { alert: 'ApiAvailabilityBurn' },
      { alert: 'TelemetryLost' },
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
      { alert: 'TelemetryLost' },
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
  findFault('database-pauses'),
  findFault('redis-pauses'),
  findFault('frozen-database'),
];

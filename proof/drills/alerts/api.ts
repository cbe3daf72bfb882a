import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertDrill } from './kit/alert-drill.ts';

/** Too short for `DependencyDown`, which pages for longer ones. */
const REFUSED_MS = 6000;
const REFUSED_EVERY_MS = 30_000;
/** Of the API: 64 are for anything else, the rest for connections. */
const DESCRIPTORS = 256;
const CONNECTIONS = 300;
const CONNECT_EVERY_MS = 500;

export const API_DRILLS: readonly AlertDrill[] = [
  {
    name: 'api-errors',
    what: `the API's connections to PostgreSQL are refused for ${REFUSED_MS / 1000} s of every ${REFUSED_EVERY_MS / 1000} s`,
    fires: [{ alert: 'ApiAvailabilityBurn', labels: { window: '1h' } }],
    also: [
      { alert: 'ApiAvailabilityBurn' },
      { alert: 'ApiLatencyBurn' },
      { alert: 'RequestsFailing' },
      { alert: 'DependencyInterrupted', labels: { dependency: 'database' } },
      { alert: 'TelemetryLost' },
    ],
    bed: { paths: ['api'] },
    async inject({ bed, repeat }) {
      const path = bed.path('api', 'postgres');
      return repeat(REFUSED_EVERY_MS, async () => {
        await path.set('refused');
        await sleep(REFUSED_MS);
        await path.set('open');
      }).stop;
    },
  },
  {
    name: 'locked-workflows',
    what: 'an open transaction locks the table workflows, so the API answers 503',
    hard: true,
    fires: [{ alert: 'RequestsFailing' }],
    also: [
      { alert: 'ApiAvailabilityBurn' },
      { alert: 'ApiLatencyBurn' },
      { alert: 'DatabasePoolWaiting', labels: { job: 'api' } },
      { alert: 'TelemetryLost' },
      // Claims wait for the same lock.
      { alert: 'OldestJobAge' },
      { alert: 'QueueTimeBurn' },
    ],
    async inject({ bed, defer }) {
      const blocker = await bed.db.connect();
      defer(() => blocker.release(true));
      await blocker.query('begin');
      await blocker.query('lock table workflows in access exclusive mode');
      return () => blocker.query('rollback');
    },
  },
  {
    name: 'no-api',
    what: 'the only API is killed (kill -9) and stays down',
    hard: true,
    fires: [{ alert: 'NoApiUp' }],
    also: [
      { alert: 'TargetDown', labels: { job: 'api' } },
      // The proxy answers clients, and its answers count.
      { alert: 'RequestsFailing' },
      { alert: 'ApiAvailabilityBurn' },
      { alert: 'ApiLatencyBurn' },
    ],
    async inject({ bed }) {
      const [api] = bed.system.apis;
      await api!.signal('SIGKILL');
      return () => api!.restart();
    },
  },
  {
    name: 'few-descriptors',
    what: `an API with ${DESCRIPTORS} file descriptors gets ${CONNECTIONS} connections`,
    fires: [{ alert: 'ConnectionsDropped' }, { alert: 'DescriptorsNearLimit' }],
    also: [
      // The proxy answers 503 for the connections that it does not get.
      { alert: 'RequestsFailing' },
      { alert: 'ApiAvailabilityBurn' },
      { alert: 'ApiLatencyBurn' },
    ],
    bed: { descriptors: DESCRIPTORS },
    async inject({ bed, repeat }) {
      const { hostname, port } = new URL(bed.system.apis[0]!.url);
      const open = new Set<Socket>();
      // The API ends those that ask for nothing, and drops those that are too many.
      const client = repeat(CONNECT_EVERY_MS, async () => {
        while (open.size < CONNECTIONS) {
          const socket = connect(Number(port), hostname);
          open.add(socket.on('error', () => {}).on('close', () => open.delete(socket)));
        }
      });
      return async () => {
        await client.stop();
        for (const socket of open) socket.destroy();
      };
    },
  },
];

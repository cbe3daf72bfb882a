import { ARRIVES_WITHIN } from '@aio/catalog/alerts/alert-times';
import type { PanelLink } from '@aio/catalog/alerts/alert';
import type { Fault } from './fault.ts';

const PAUSE_MS = 20_000;
const LONG_PAUSE_MS = 75_000;

const SERVERS = { postgres: 'PostgreSQL', redis: 'Redis' } as const;

const PANELS = {
  postgres: [
    { dashboardUid: 'aio-api', title: 'Server errors by route' },
    { dashboardUid: 'aio-queue-workers', title: 'Queue time of runs' },
  ],
  redis: [
    { dashboardUid: 'aio-queue-workers', title: 'Queue time of runs' },
    { dashboardUid: 'aio-api', title: 'Latency' },
  ],
} as const satisfies Record<string, readonly [PanelLink, PanelLink]>;

/** Faults of PostgreSQL and Redis. */
export const SERVER_FAULTS: readonly Fault[] = [
  pause('database-pauses', 'postgres', {
    lastsMs: PAUSE_MS,
    fires: [{ alert: 'DependencyInterrupted', labels: { dependency: 'database' } }],
    night: { firesWithin: 300, truth: `${PAUSE_MS / 1000} s` },
    users: 'For some seconds, they get 503 or wait. Requests that clients repeat succeed.',
    engine: 'Workers keep their runs and go on once PostgreSQL answers.',
  }),
  pause('redis-pauses', 'redis', {
    lastsMs: PAUSE_MS,
    fires: [{ alert: 'DependencyInterrupted', labels: { dependency: 'redis' } }],
    night: { firesWithin: 300, truth: `${PAUSE_MS / 1000} s` },
    users: 'Pages and new runs wait for some seconds.',
    engine: 'The API accepts runs into PostgreSQL. Their jobs are sent once Redis answers.',
  }),
  pause('frozen-database', 'postgres', {
    lastsMs: LONG_PAUSE_MS,
    fires: [{ alert: 'DependencyDown', labels: { dependency: 'database' } }],
    also: [
      { alert: 'DependencyInterrupted', labels: { dependency: 'database' } },
      { alert: 'RequestsFailing' },
      { alert: 'ApiAvailabilityBurn' },
      { alert: 'ApiLatencyBurn' },
      { alert: 'TelemetryLost' },
      { alert: 'QueueTimeBurn' },
      { alert: 'LeaseTakeovers' },
    ],
    night: { firesWithin: ARRIVES_WITHIN.page, truth: '0' },
    users: 'They get 503 for more than a minute, and no run continues.',
    engine: 'The API and the workers stay up, are not ready, and go on by themselves.',
  }),
];

/** A server that stands still, as on a hung disk: connections stay open, and nothing answers. */
function pause(
  name: string,
  server: keyof typeof SERVERS,
  fault: Pick<Fault, 'fires' | 'also' | 'night' | 'users' | 'engine'> & { lastsMs: number },
): Fault {
  return {
    ...fault,
    name,
    what: `${SERVERS[server]} stands still (SIGSTOP) for ${fault.lastsMs / 1000} s`,
    hits: server,
    needs: [server],
    hard: true,
    panels: PANELS[server],
    inject: ({ freeze }) => freeze(server),
  };
}

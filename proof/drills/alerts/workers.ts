import { setTimeout as sleep } from 'node:timers/promises';
import { findFault } from '../../alert-faults/all.ts';
import type { AlertDrill } from './kit/alert-drill.ts';
import { countUp } from './kit/history.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

const WAITING = 40;
const AWAY_MS = 25_000;
const SEEN_WITHIN_MS = 30_000;
/** Shorter than a lease, and than two of three scrapes. */
const BLOCKED_MS = 9_000;
const BLOCKED_EVERY_MS = 30_000;

export const WORKER_DRILLS: readonly AlertDrill[] = [
  findFault('no-worker'),
  {
    name: 'one-worker-less',
    what: 'one of two workers is stopped with SIGTERM, and Prometheus still scrapes it',
    hard: true,
    fires: [{ alert: 'TargetDown', labels: { job: 'worker' } }],
    async inject({ bed }) {
      const [worker] = bed.system.workers;
      await worker!.signal('SIGTERM');
      return () => worker!.restart();
    },
  },
  {
    name: 'blocked-worker',
    what: `one of two workers stands still for ${BLOCKED_MS / 1000} s of every ${BLOCKED_EVERY_MS / 1000} s`,
    hard: true,
    fires: [{ alert: 'EventLoopLag', labels: { job: 'worker' } }],
    also: [
      { alert: 'QueueTimeBurn' },
      { alert: 'LeaseTakeovers' },
      { alert: 'TargetDown', labels: { job: 'worker' } },
      { alert: 'TelemetryLost' },
    ],
    async inject({ bed, repeat }) {
      const [worker] = bed.system.workers;
      return repeat(BLOCKED_EVERY_MS, async () => {
        await worker!.signal('SIGSTOP');
        await sleep(BLOCKED_MS);
        await worker!.signal('SIGCONT');
      }).stop;
    },
  },
  findFault('frozen-worker'),
  findFault('killed-worker'),
  {
    name: 'workers-away',
    what: `both workers are stopped with SIGTERM for ${AWAY_MS / 1000} s while ${WAITING} runs wait`,
    // A single burst. Whether the longer windows fire too depends on how many other runs they contain.
    fires: [{ alert: 'QueueTimeBurn', labels: { window: '1h' } }],
    also: [
      { alert: 'QueueTimeBurn' },
      { alert: 'NoWorkerUp' },
      { alert: 'TargetDown', labels: { job: 'worker' } },
      { alert: 'OldestJobAge' },
    ],
    async inject({ bed, prometheus }) {
      const { apis, workers } = bed.system;
      await Promise.all(workers.map((worker) => worker.signal('SIGTERM')));
      await bed.createWorkflow('waiting', { only: { type: 'transform', with: { value: 1 } } });
      await bed.submitMany('waiting', WAITING);
      await sleep(AWAY_MS);
      // rate() misses what a process counts before its first scrape. Here, that would be everything.
      await bed.system.api.post('/queues/default/pause');
      await Promise.all(workers.map((worker) => worker.restart()));
      await waitUntil('Prometheus sees the workers again', SEEN_WITHIN_MS, async () => {
        return (await countUp(prometheus.url)) === apis.length + workers.length;
      });
      await bed.system.api.post('/queues/default/resume');
      return async () => {};
    },
  },
];

import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertDrill } from './kit/alert-drill.ts';
import { countUp } from './kit/history.ts';
import type { Stand } from './kit/stand.ts';
import { waitForHolds } from '../../oracles/rows.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

const HELD = 'under-way';
const WAITING = 40;
const AWAY_MS = 25_000;
const SEEN_WITHIN_MS = 30_000;
const RUNS = 8;
const CRASHES = 4;
const FROZEN_MS = 150_000;
/** Two scrapes. */
const SEEN_MS = 4000;
/** The shipped lease (10 s) and one second. */
const LEASE_MS = 11_000;

export const WORKER_DRILLS: readonly AlertDrill[] = [
  {
    name: 'no-worker',
    what: 'all workers are killed (kill -9) and stay down',
    hard: true,
    fires: [{ alert: 'NoWorkerUp' }],
    also: [
      { alert: 'TargetDown', labels: { job: 'worker' } },
      { alert: 'OldestJobAge' },
      // Takeovers and long waits are counted when the workers are back.
      { alert: 'LeaseTakeovers' },
      { alert: 'QueueTimeBurn' },
    ],
    async inject({ bed }) {
      const { workers } = bed.system;
      await Promise.all(workers.map((worker) => bed.kill(worker)));
      return () => Promise.all(workers.map((worker) => worker.restart()));
    },
  },
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
    name: 'frozen-worker',
    what: `one of two workers stands still (SIGSTOP) for ${FROZEN_MS / 1000} s`,
    hard: true,
    fires: [{ alert: 'TargetDown', labels: { job: 'worker' } }],
    also: [{ alert: 'LeaseTakeovers' }, { alert: 'QueueTimeBurn' }],
    lastsMs: FROZEN_MS,
    night: { firesWithin: 150, truth: '1' },
    async inject({ bed }) {
      const [worker] = bed.system.workers;
      await worker!.signal('SIGSTOP');
      return () => worker!.signal('SIGCONT');
    },
  },
  {
    name: 'killed-worker',
    what: 'a worker that holds runs is killed (kill -9) and restarted at once',
    hard: true,
    fires: [{ alert: 'LeaseTakeovers' }],
    also: [{ alert: 'TargetDown', labels: { job: 'worker' } }, { alert: 'QueueTimeBurn' }],
    inject: killWithRuns,
  },
  {
    name: 'crash-loop',
    what: `a worker is killed (kill -9) and restarted ${CRASHES} times`,
    fires: [{ alert: 'RestartsInLoop', labels: { job: 'worker' } }],
    also: [
      { alert: 'LeaseTakeovers' },
      { alert: 'TargetDown', labels: { job: 'worker' } },
      { alert: 'QueueTimeBurn' },
    ],
    async inject({ bed, progress }) {
      const [worker] = bed.system.workers;
      for (let crash = 1; crash <= CRASHES; crash++) {
        progress(`crash ${crash}`);
        await bed.kill(worker!);
        await worker!.restart();
        await sleep(SEEN_MS);
      }
      return async () => {};
    },
  },
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

async function killWithRuns({ bed }: Stand) {
  const { simulator, workers } = bed.system;
  await bed.createWorkflow('report', { call: { ...bed.call(`hold=${HELD}`), timeout: '5m' } });
  for (let run = 0; run < RUNS; run++) await bed.submit('report');
  await waitForHolds(bed, HELD, RUNS, 10_000);
  const busiest = await waitUntil('a worker has runs', 5000, async () => {
    const { rows } = await bed.db.query<{ pid: number }>(
      `select pid from runs join workers on workers.id = runs.worker_id
       where workflow_name = 'report' group by pid order by count(*) desc limit 1`,
    );
    return workers.find(({ pid }) => pid === rows[0]?.pid);
  });
  await bed.kill(busiest);
  await busiest.restart();
  return async () => {
    await waitForHolds(bed, HELD, RUNS, LEASE_MS).catch(() => {});
    await simulator.release(HELD);
  };
}

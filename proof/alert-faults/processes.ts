import { randomUUID } from 'node:crypto';
import { waitUntil } from '@aio/tools/system/wait-until';
import { waitForHolds } from '../oracles/rows.ts';
import { callOf, type Fault, type FaultSystem, type Mend } from './fault.ts';

const FROZEN_MS = 150_000;
const RUNS = 8;
/** The shipped lease (10 s) and one second. */
const LEASE_MS = 11_000;
const HELD_WITHIN_MS = 10_000;
/** Names of held calls begin with this. */
const HELD = 'game-';

const TAKEOVERS = {
  dashboardUid: 'aio-queue-workers',
  title: 'Takeovers and lost leases',
} as const;
const WORKERS_UP = { dashboardUid: 'aio-queue-workers', title: 'Workers up' } as const;

/** Faults of workers. */
export const WORKER_FAULTS: readonly Fault[] = [
  {
    name: 'no-worker',
    what: 'all workers are killed (kill -9) and stay down',
    hits: 'workers',
    needs: ['worker'],
    hard: true,
    fires: [{ alert: 'NoWorkerUp' }],
    also: [
      { alert: 'TargetDown', labels: { job: 'worker' } },
      { alert: 'OldestJobAge' },
      // When the workers are back, takeovers and long waits count, and all that waited asks the database at once.
      { alert: 'LeaseTakeovers' },
      { alert: 'QueueTimeBurn' },
      { alert: 'DatabasePoolWaiting' },
    ],
    users: 'The API accepts their runs, and none continues.',
    engine: 'The runs wait in PostgreSQL. The first worker that is back takes them over.',
    panels: [{ dashboardUid: 'aio-queue-workers', title: 'Age of the oldest' }, TAKEOVERS],
    async inject({ workers }) {
      await Promise.all(workers.map((worker) => worker.signal('SIGKILL')));
      return () => Promise.all(workers.map((worker) => worker.restart()));
    },
  },
  {
    name: 'frozen-worker',
    what: `one of two workers stands still (SIGSTOP) for ${FROZEN_MS / 1000} s`,
    hits: 'worker',
    needs: ['two workers'],
    hard: true,
    fires: [{ alert: 'TargetDown', labels: { job: 'worker' } }],
    also: [{ alert: 'LeaseTakeovers' }, { alert: 'QueueTimeBurn' }],
    lastsMs: FROZEN_MS,
    night: { firesWithin: 150, truth: '1' },
    users: 'A few runs pause for some seconds. None of them fails.',
    engine:
      'The lease of the frozen worker ends after ten seconds, and the other one continues its runs.',
    panels: [WORKERS_UP, TAKEOVERS],
    async inject({ workers: [worker] }) {
      await worker!.signal('SIGSTOP');
      return () => worker!.signal('SIGCONT');
    },
  },
  {
    name: 'killed-worker',
    what: 'a worker that holds runs is killed (kill -9) and restarted at once',
    hits: 'worker',
    needs: ['two workers', 'simulator'],
    hard: true,
    fires: [{ alert: 'LeaseTakeovers' }],
    also: [
      { alert: 'TargetDown', labels: { job: 'worker' } },
      { alert: 'QueueTimeBurn' },
      // The calls are held until the alert has arrived.
      { alert: 'DependencySlow' },
    ],
    users: 'A few runs pause for some seconds. None of them fails.',
    engine: 'Another worker takes the runs over and repeats the attempts that were running.',
    panels: [WORKERS_UP, TAKEOVERS],
    inject: killWithRuns,
  },
];

async function killWithRuns(system: FaultSystem): Promise<Mend> {
  const { api, db, simulator, workers } = system;
  // A released name stays released.
  const held = `${HELD}${randomUUID()}`;
  const call = { ...callOf(system, `hold=${held}`), timeout: '5m' };
  await api.createWorkflow({ name: 'game-report', steps: { call } });
  const ids = await api.submitRuns('game-report', RUNS);
  await waitForHolds({ system: { simulator } }, held, RUNS, HELD_WITHIN_MS);
  const busiest = await waitUntil('a worker has runs', HELD_WITHIN_MS, async () => {
    const { rows } = await db.query<{ pid: number }>(
      `select pid from runs join workers on workers.id = runs.worker_id
       where runs.id = any($1) group by pid order by count(*) desc limit 1`,
      [ids],
    );
    return workers.find(({ pid }) => pid === rows[0]?.pid);
  });
  await busiest.signal('SIGKILL');
  await busiest.restart();
  return async () => {
    await waitForHolds({ system: { simulator } }, held, RUNS, LEASE_MS).catch(() => {});
    await simulator.release(held);
  };
}

/** Releases what a fault held, also one of an earlier process. */
export async function releaseAll({ simulator }: Pick<FaultSystem, 'simulator'>): Promise<void> {
  const names = Object.keys(await simulator.holds()).filter((name) => name.startsWith(HELD));
  await Promise.all(names.map((name) => simulator.release(name)));
}

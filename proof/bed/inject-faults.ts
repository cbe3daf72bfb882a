import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import type { SystemWorker } from '@aio/tools/system/system';
import type { Bed } from './bed.ts';

/** A fault, and the time after the fault before it. */
export type PlannedFault = { afterMs: number } & (
  | { fault: 'kill'; worker: number }
  | { fault: 'pause'; worker: number; forMs: number }
  | { fault: 'flush' }
  /** Without a signal, PostgreSQL shuts down cleanly. */
  | { fault: 'restart-postgres'; signal?: 'SIGQUIT' }
);

/** Two less than the poison limit, because the crash of the last kill is not counted yet. */
const CRASHES_LET_GO_ON = 3;
const LET_GO_ON_MS = 30_000;

/** Injects the planned faults; resolves when every process is up again. */
export async function injectFaults(bed: Bed, plan: Iterable<PlannedFault>): Promise<void> {
  const { system, servers, db } = bed;
  // Connects at the first flush. Not every plan has one.
  const redis = new Redis(servers.redisUrl, { lazyConnect: true });
  const up = new Set<SystemWorker>(system.workers);
  const recoveries: Promise<void>[] = [];
  let outage: Promise<void> = Promise.resolve();

  /**
   * The planned worker or, if it is down, the next one that is up. One worker always stays up: without a
   * survivor, the drill would test no takeover.
   */
  async function chooseWorker(planned: number): Promise<SystemWorker> {
    for (;;) {
      const order = system.workers.slice(planned).concat(system.workers.slice(0, planned));
      const chosen = order.find((worker) => up.has(worker));
      if (chosen && up.size > 1) return chosen;
      await sleep(50);
    }
  }

  /**
   * The fifth crash of a step makes it poison. If workers start slowly and steps take long, frequent kills reach that
   * limit, so the drill first lets steps end that are close to it.
   */
  async function waitForSuspects(): Promise<void> {
    const deadline = Date.now() + LET_GO_ON_MS;
    while (Date.now() < deadline && (await isAnySuspect())) await sleep(100);
  }

  async function isAnySuspect(): Promise<boolean> {
    try {
      const { rowCount } = await db.query(
        `select from steps where crashes >= ${CRASHES_LET_GO_ON} and status in ('ready', 'running')`,
      );
      return rowCount !== 0;
    } catch (error) {
      if (error instanceof DatabaseError && error.severity === 'ERROR') throw error;
      // PostgreSQL is restarting. The kill may happen at the same time.
      return false;
    }
  }

  /** A failed recovery rejects at the end of the plan. */
  function keep(recovery: Promise<void>): void {
    recovery.catch(() => {});
    recoveries.push(recovery);
  }

  function recover(worker: SystemWorker, recovery: () => Promise<void>): void {
    up.delete(worker);
    keep(recovery().then(() => void up.add(worker)));
  }

  async function inject(planned: PlannedFault): Promise<void> {
    switch (planned.fault) {
      case 'kill': {
        await waitForSuspects();
        const worker = await chooseWorker(planned.worker);
        await bed.kill(worker);
        return recover(worker, () => outage.then(() => worker.restart()));
      }
      case 'pause': {
        const worker = await chooseWorker(planned.worker);
        await worker.signal('SIGSTOP');
        return recover(worker, async () => {
          await sleep(planned.forMs);
          await worker.signal('SIGCONT');
        });
      }
      case 'flush':
        await redis.flushall();
        return;
      case 'restart-postgres':
        outage = outage.then(async () => {
          await servers.postgres.end(planned.signal);
          await servers.postgres.start();
        });
        keep(outage);
    }
  }

  try {
    for (const planned of plan) {
      await sleep(planned.afterMs);
      await inject(planned);
    }
    await Promise.all(recoveries);
  } finally {
    redis.disconnect();
  }
}

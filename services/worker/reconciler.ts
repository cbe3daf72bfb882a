import { runJobId, STEP_LANES, stepJobId } from '@aio/core/run/jobs';
import type { EngineStorage } from '@aio/core/run/storage';
import type { Announce } from '@aio/platform/announcer';
import { deleteExpiredKeys } from '@aio/platform/queries/delete-expired-keys';
import { deleteLeftovers } from '@aio/platform/queries/delete-leftovers';
import { deleteOldEvents } from '@aio/platform/queries/delete-old-events';
import { readPausedLanes } from '@aio/platform/queries/lanes';
import type { Queryable } from '@aio/platform/queryable';
import type { WorkQueues } from '@aio/platform/work-queues';
import type { Observer } from './observer.ts';

/** Waits end up to this late: half of it on average, by the database's clock. */
const DUE_EVERY_MS = 250;
const LOST_EVERY_MS = 1000;
const RESEND_EVERY_MS = 1000;
const FORGET_EVERY_MS = 60_000;
const ROWS_PER_LOOK = 1000;
const ROWS_PER_FORGET = 10_000;
/** Who wrote a row has sent its job by then, if its process lived. */
const SENT_WITHIN_MS = 2000;
/** What this process has sent, it sends again after so long: sooner if Redis has lost jobs, by its counts. */
const RESEND_AFTER_MS = { lost: 4000, kept: 30_000 };

/**
 * Looks after what waits too long: PostgreSQL knows what is due, ready, and whose worker died, whatever Redis has
 * forgotten. It can make all of Redis again. Every worker looks; a job that two of them send is one job.
 */
export function startReconciler(deps: {
  db: Queryable;
  storage: EngineStorage;
  queues: WorkQueues;
  announce: Announce;
  /** Does what a process left undone that died in between. */
  sweep: () => Promise<unknown>;
  observer: Pick<Observer, 'found' | 'troubled'>;
}): { close(): Promise<void> } {
  const { db, storage, queues, observer } = deps;
  const sentAt = new Map<string, number>();

  const loops = [
    repeat(DUE_EVERY_MS, () => sendRuns('due', 0)),
    repeat(LOST_EVERY_MS, findLost),
    repeat(RESEND_EVERY_MS, resend),
    repeat(RESEND_EVERY_MS, deps.sweep),
    repeat(RESEND_EVERY_MS, async () => queues.pauseOnly(await readPausedLanes(db))),
    repeat(FORGET_EVERY_MS, async () => {
      await deleteExpiredKeys(db, ROWS_PER_FORGET);
      await deleteOldEvents(db, ROWS_PER_FORGET);
      await deleteLeftovers(db, ROWS_PER_FORGET);
    }),
  ];

  async function findLost(): Promise<void> {
    observer.found('lease_expired', await storage.freeAbandonedRuns(ROWS_PER_LOOK));
    const { attempts, runs } = await storage.recordLostAttempts(ROWS_PER_LOOK);
    observer.found('lost_attempts', attempts);
    await deps.announce(runs);
  }

  async function resend(): Promise<void> {
    const counts = await queues.counts();
    if (counts === null) return;
    const jobs = (lane: string) => {
      const { waiting, active, delayed } = counts.get(lane)!;
      return waiting + active + delayed;
    };
    await sendRuns('queued', SENT_WITHIN_MS, jobs('default'));
    for (const lane of STEP_LANES) await sendSteps(lane, jobs(lane));
    forgetSent();
  }

  /** @param jobs that the queue has; absent = not asked for */
  async function sendRuns(which: 'due' | 'queued', olderThanMs: number, jobs = 0): Promise<void> {
    const found = await storage.findWantedRuns({ which, olderThanMs, limit: ROWS_PER_LOOK });
    const runs = takeUnsent(found, runJobId, jobs);
    if (runs.length === 0) return;
    observer.found(which, runs.length);
    if (await queues.addRuns(runs)) markSent(runs.map(runJobId));
  }

  async function sendSteps(lane: string, jobs: number): Promise<void> {
    const olderThanMs = SENT_WITHIN_MS;
    const found = await storage.findReadySteps({ lane, olderThanMs, limit: ROWS_PER_LOOK });
    const steps = takeUnsent(found, stepJobId, jobs);
    if (steps.length === 0) return;
    observer.found('ready_steps', steps.length);
    if (await queues.addSteps(steps)) markSent(steps.map(stepJobId));
  }

  function takeUnsent<Row>(rows: readonly Row[], idOf: (row: Row) => string, jobs: number): Row[] {
    const patienceMs = jobs < rows.length ? RESEND_AFTER_MS.lost : RESEND_AFTER_MS.kept;
    const since = performance.now() - patienceMs;
    return rows.filter((row) => (sentAt.get(idOf(row)) ?? -Infinity) < since);
  }

  function markSent(ids: readonly string[]): void {
    const now = performance.now();
    for (const id of ids) sentAt.set(id, now);
  }

  function forgetSent(): void {
    const since = performance.now() - RESEND_AFTER_MS.kept;
    for (const [id, at] of sentAt) if (at < since) sentAt.delete(id);
  }

  function repeat(everyMs: number, look: () => Promise<unknown>) {
    let isStopped = false;
    let current: Promise<unknown> = Promise.resolve();
    const begin = () => {
      current = look()
        .catch((error: unknown) => observer.troubled('looking for what waits', error))
        .finally(() => {
          // A random part keeps the workers from looking all at the same moment.
          if (!isStopped) timer = setTimeout(begin, everyMs * (0.75 + Math.random() / 2));
        });
    };
    let timer = setTimeout(begin);
    return async () => {
      isStopped = true;
      clearTimeout(timer);
      await current;
    };
  }

  return {
    async close() {
      await Promise.all(loops.map((stop) => stop()));
    },
  };
}

import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { jobResource, runJobId, STEP_LANES, stepJobId } from '@aio/core/run/jobs';
import type { EngineStorage, FoundStep, ReadyStep, RowPosition } from '@aio/core/run/storage';
import type { Announce } from '@aio/platform/queues/announcer';
import {
  deleteExpiredKeys,
  deleteExpiredEvents,
  deleteOldMessages,
} from '@aio/platform/queries/delete-old';
import { readPausedLanes } from '@aio/platform/queries/queues/lanes';
import type { Queryable } from '@aio/platform/postgres/queryable';
import type { WorkQueues } from '@aio/platform/queues/work-queues';
import type { Observer } from './observer.ts';
import type { Plans } from './plans.ts';
import { repeat } from './repeat.ts';

/** A wait that no worker holds ends up to this late, half of it on average. */
const DUE_EVERY_MS = 250;
const LOST_EVERY_MS = 1000;
const RESEND_EVERY_MS = 1000;
/** Rare, because there is seldom work, and PostgreSQL takes 25 ms to look with 10,000 open child runs. */
const SWEEP_EVERY_MS = 10_000;
const FORGET_EVERY_MS = 60_000;
/** To look for this many jobs takes 3 ms of CPU; to send them again would take 12. */
const ROWS_PER_LOOK = 1000;
const ROWS_PER_FORGET = 10_000;
/** The process that wrote a row has sent its job by then, unless it died. */
const SENT_WITHIN_MS = 2000;

/**
 * Sends jobs again that Redis lacks, by the rows of PostgreSQL, and frees what dead workers held. It can rebuild all
 * queues. Every worker looks. If two send the same job, it is one job, and both count it as found.
 */
export function startReconciler(deps: {
  db: Queryable;
  storage: EngineStorage;
  queues: WorkQueues;
  plans: Pick<Plans, 'get'>;
  announce: Announce;
  /** See `Aftermath`. */
  sweep: () => Promise<unknown>;
  observer: Pick<Observer, 'found' | 'troubled'>;
}): { close(): Promise<void> } {
  const { db, storage, queues, observer } = deps;
  /** Per queue, the last row seen; the next look continues after it. */
  const lastSeen = new Map<string, RowPosition>();

  const loops = [
    repeat(DUE_EVERY_MS, () => sendRuns('due', 0), onError),
    repeat(LOST_EVERY_MS, findLost, onError),
    repeat(RESEND_EVERY_MS, resend, onError),
    repeat(SWEEP_EVERY_MS, deps.sweep, onError),
    repeat(FORGET_EVERY_MS, forget, onError),
  ];

  function onError(error: unknown): void {
    observer.troubled('look for lost jobs and due runs', error);
  }

  async function forget(): Promise<void> {
    await deleteExpiredKeys(db, ROWS_PER_FORGET);
    await deleteExpiredEvents(db, ROWS_PER_FORGET);
    await deleteOldMessages(db, ROWS_PER_FORGET);
  }

  async function findLost(): Promise<void> {
    observer.found('lease_expired', await storage.recordLostRuns(ROWS_PER_LOOK));
    const { attempts, runs } = await storage.recordLostAttempts(ROWS_PER_LOOK);
    observer.found('lost_attempts', attempts);
    await deps.announce(runs);
  }

  /** Pauses queues first, because a Redis that lost its data has forgotten that, too. */
  async function resend(): Promise<void> {
    await queues.pauseOnly(await readPausedLanes(db));
    await sendRuns('queued', SENT_WITHIN_MS);
    for (const lane of STEP_LANES) await sendSteps(lane);
  }

  async function sendRuns(which: 'due' | 'queued', olderThanMs: number): Promise<void> {
    const found = await lookOn(which, (after) =>
      storage.findWantedRuns({ which, olderThanMs, limit: ROWS_PER_LOOK, after }),
    );
    const runs = await findMissing(DEFAULT_LANE, found, runJobId);
    if (runs.length > 0 && (await queues.addRuns(runs))) observer.found(which, runs.length);
  }

  async function sendSteps(lane: string): Promise<void> {
    const find = { lane, olderThanMs: SENT_WITHIN_MS, limit: ROWS_PER_LOOK };
    const found = await lookOn(lane, (after) => storage.findReadySteps({ ...find, after }));
    const missing = await findMissing(lane, found, stepJobId);
    const steps = await Promise.all(missing.map(toReadyStep));
    if (steps.length > 0 && (await queues.addSteps(steps)))
      observer.found('ready_steps', steps.length);
  }

  /** If this code cannot read the definition, the executor fails the step. */
  async function toReadyStep({ workflowVersionId, ...found }: FoundStep): Promise<ReadyStep> {
    const plan = await deps.plans.get(workflowVersionId).catch(() => null);
    const planned = plan?.steps[plan.indexOf.get(found.step) ?? -1];
    return { ...found, ...jobResource(planned?.work ?? { resource: null }) };
  }

  /** Returns the next rows, oldest first, and starts again after the last. */
  async function lookOn<Row extends { position: RowPosition }>(
    queue: string,
    find: (after: RowPosition | null) => Promise<Row[]>,
  ): Promise<Row[]> {
    const rows = await find(lastSeen.get(queue) ?? null);
    if (rows.length === ROWS_PER_LOOK) lastSeen.set(queue, rows.at(-1)!.position);
    else lastSeen.delete(queue);
    return rows;
  }

  /** Returns the rows that have no job in Redis. */
  async function findMissing<Row>(
    lane: string,
    rows: readonly Row[],
    idOf: (row: Row) => string,
  ): Promise<Row[]> {
    if (rows.length === 0) return [];
    const missing = await queues.findMissing(lane, rows.map(idOf));
    return missing === null ? [] : rows.filter((row) => missing.has(idOf(row)));
  }

  return {
    async close() {
      await Promise.all(loops.map((stop) => stop()));
    },
  };
}

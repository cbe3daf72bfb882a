import type { FreshRun } from '@aio/core/wake-up';
import { BEGUN } from '@aio/platform/queries/engine/begin-run';
import type { ClaimedRun } from '@aio/platform/queries/engine/claim-runs';
import { hash } from 'node:crypto';

/**
 * What its first commit is to make of its row; the database's times are known then.
 * @param now milliseconds of the database's clock
 */
export function claimOf(run: FreshRun, now: number): ClaimedRun {
  const { timeoutMs } = run;
  return {
    ...run,
    ...BEGUN,
    stepsDone: 0,
    createdAtMs: now,
    nowMs: now,
    deadlineAtMs: timeoutMs === null ? null : now + timeoutMs,
    resumed: false,
    was: 'queued',
    fruitlessTakeovers: 0,
    depth: 0,
    retryOf: null,
    retriedTraceparent: null,
  };
}

/**
 * Whether a run that all are told of is this worker's to begin, by a lot that all workers draw alike
 * (rendezvous hashing): of those that know of each other, it falls to one.
 */
export function isChosen(workerId: string, others: readonly string[], runId: string): boolean {
  if (others.length === 0) return true;
  const lot = (id: string) => hash('md5', runId + id);
  const mine = lot(workerId);
  return others.every((other) => lot(other) < mine);
}

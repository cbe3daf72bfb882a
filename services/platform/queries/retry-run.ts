import { AioError } from '@aio/core/errors';
import type { RunStatus, StepStatus } from '@aio/core/run/states';
import { v7 as uuidv7 } from 'uuid';
import type { StoredOutputs } from '../outputs/stored-outputs.ts';
import type { Pool } from '../pool.ts';
import type { Queryable } from '../queryable.ts';
import { inTransaction } from '../transaction.ts';
import { type AuditActor, writeAudit } from './audit-log.ts';
import { copyOutputs } from './copy-outputs.ts';
import { idBefore } from './id-times.ts';
import { findReusable } from './reusable-steps.ts';
import { copySteps, insertSuccessor, lockRun, requireEnded, takeKey } from './successor-run.ts';

export interface RetriedRun {
  runId: string;
  epoch: number;
  workflowId: string;
  workflowName: string;
  /** Subject of whose it is. */
  owner: string;
  /** true = the run was there already: it goes on from the same run. */
  replayed: boolean;
}

export interface Retry {
  runId: string;
  /** The new run's id, a UUIDv7; left out = one is made. */
  newId?: string;
  /** A subject that the run has to belong to; null = anybody's. */
  onlyOwner: string | null;
  /** Who asks for it, a subject; the new run belongs to the owner of the first. */
  by: string;
  /** The new run's own timeout; null = none. */
  timeoutMs: number | null;
  /** Of this request's span; the new run has a trace of its own. */
  traceparent: string | null;
  parentSpanId: string | null;
  tracestate: string | null;
  /** For 24 hours the same key of one owner and workflow stands for the same retry; null = none. */
  idempotencyKey: string | null;
  audit?: AuditActor;
  /** Where outputs are that are too long for their rows. */
  stored: Pick<StoredOutputs, 'copy'>;
}

/**
 * Makes a new run of the same version and input that goes on where a failed or cancelled one ended:
 * steps whose results still hold are `reused`, without their usage, which was paid for once.
 * One run goes on from another: however often it is asked for, at once or later, the answer is the same run.
 * @throws AioError `not_found`, `run_not_finished`, `conflict` when it has succeeded,
 *   `idempotency_conflict` when the key stands for another request, `output_store_away`
 */
export async function retryRun(pool: Pool, retry: Retry): Promise<RetriedRun> {
  const newId = retry.newId ?? uuidv7();
  await copyOutputs(pool, retry.stored, { ...retry, newId });
  return inTransaction(pool, async (db) => {
    const { definition, statuses, status, ...workflow } = await lockRun(db, retry);
    refuseUnlessRetryable(status);
    // A statement of its own sees what was committed while it waited for the lock.
    const known = (await findRetry(db, retry.runId)) ?? newId;
    const { idempotencyKey } = retry;
    const requestHash = `retry ${retry.runId}`;
    const runId =
      idempotencyKey === null
        ? known
        : await takeKey(db, { ...retry, newId: known, idempotencyKey, requestHash });
    if (runId !== newId) return { runId, epoch: 0, ...workflow, replayed: true };
    const stepsTotal = Object.keys(definition.steps).length;
    await insertSuccessor(db, { ...retry, newId, as: 'retry', input: null, stepsTotal });
    const reusable = findReusable(definition, succeededOf(statuses));
    await copySteps(db, { newId, runId: retry.runId, ...reusable, edited: null });
    if (retry.audit) {
      const details = { retryOf: retry.runId };
      await writeAudit(db, retry.audit, { id: newId, target: `runs/${newId}`, details });
    }
    return { runId, epoch: 0, ...workflow, replayed: false };
  });
}

/** The run that goes on from this one, the latest where an older release made several; null = none yet. */
async function findRetry(db: Queryable, runId: string): Promise<string | null> {
  const { rows } = await db.query({
    name: 'find-retry',
    text: 'select id from runs where retry_of = $1 and id > $2 order by id desc limit 1',
    values: [runId, idBefore(runId)],
  });
  return rows[0]?.id ?? null;
}

function refuseUnlessRetryable(status: RunStatus): void {
  requireEnded(status);
  if (status === 'succeeded') {
    throw new AioError('conflict', 'The run has succeeded; there is nothing to retry.', {
      details: { status },
    });
  }
}

function succeededOf(statuses: ReadonlyMap<string, StepStatus>): Set<string> {
  return new Set([...statuses].flatMap(([step, end]) => (end === 'succeeded' ? [step] : [])));
}

import { AioError } from '@aio/core/errors';
import type { RunNames } from '@aio/core/run/labels';
import type { RunStatus, StepStatus } from '@aio/core/run/states';
import { v7 as uuidv7 } from 'uuid';
import type { Pool } from '../../postgres/pool.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { inTransaction } from '../../postgres/transaction.ts';
import { type AuditActor, writeAudit } from '../audit-log.ts';
import { findReusable } from './reusable-steps.ts';
import { copySteps, insertSuccessor, lockRun, requireEnded, takeKey } from './successor-run.ts';

export interface RetriedRun {
  runId: string;
  epoch: number;
  workflowId: string;
  workflowName: string;
  /** Subject of its owner. */
  owner: string;
  /** true = the retry already existed. */
  replayed: boolean;
}

/** @throws ValidationError if the input does not fit the labels */
export type NamesOfRun = (input: unknown, runId: string) => RunNames;

export interface Retry {
  runId: string;
  /** The new run's id, a UUIDv7; absent = a new id. */
  newId?: string;
  /** The subject that must own the run; null = any. */
  onlyOwner: string | null;
  /** The subject that asks for it. The new run belongs to the owner of the first. */
  by: string;
  /** The new run's timeout; null = none. */
  timeoutMs: number | null;
  namesOf: NamesOfRun;
  /** Trace context of the request; the new run has its own trace. */
  traceparent: string | null;
  parentSpanId: string | null;
  tracestate: string | null;
  /** For 24 hours, the same key of an owner and workflow stands for the same retry; null = none. */
  idempotencyKey: string | null;
  audit?: AuditActor;
}

/**
 * Makes a new run of the same version and input that continues a failed or cancelled run. Steps whose results are
 * still valid are `reused`, without their usage, which was already paid. A run has one retry: repeated requests
 * return it.
 * @throws AioError `not_found`, `run_not_finished`, `conflict` if the run has succeeded, `idempotency_conflict` if
 *   the key stands for another request; those of `namesOf`
 */
export async function retryRun(pool: Pool, retry: Retry): Promise<RetriedRun> {
  const newId = retry.newId ?? uuidv7();
  return inTransaction(pool, async (db) => {
    const { definition, input, statuses, status, ...workflow } = await lockRun(db, retry);
    refuseUnlessRetryable(status);
    // A separate statement, to see what was committed while the lock was awaited.
    const known = (await findRetry(db, retry.runId)) ?? newId;
    const { idempotencyKey } = retry;
    const requestHash = `retry ${retry.runId}`;
    const runId =
      idempotencyKey === null
        ? known
        : await takeKey(db, { ...retry, newId: known, idempotencyKey, requestHash });
    if (runId !== newId) return { runId, epoch: 0, ...workflow, replayed: true };
    const stepsTotal = Object.keys(definition.steps).length;
    const names = retry.namesOf(input, newId);
    await insertSuccessor(db, { ...retry, newId, as: 'retry', input: null, names, stepsTotal });
    const reusable = findReusable(definition, succeededOf(statuses));
    await copySteps(db, { newId, runId: retry.runId, ...reusable, edited: null });
    if (retry.audit) {
      const details = { retryOf: retry.runId };
      await writeAudit(db, retry.audit, { id: newId, target: `runs/${newId}`, details });
    }
    return { runId, epoch: 0, ...workflow, replayed: false };
  });
}

/** The retry of this run; null = none yet. */
async function findRetry(db: Queryable, runId: string): Promise<string | null> {
  const { rows } = await db.query({
    name: 'find-retry',
    text: 'select id from runs where retry_of = $1',
    values: [runId],
  });
  return rows[0]?.id ?? null;
}

function refuseUnlessRetryable(status: RunStatus): void {
  requireEnded(status);
  if (status === 'succeeded') {
    throw new AioError(
      'conflict',
      'The run has succeeded, so there is nothing to retry. To run it again, replay it.',
      {
        details: { status },
      },
    );
  }
}

function succeededOf(statuses: ReadonlyMap<string, StepStatus>): Set<string> {
  return new Set([...statuses].flatMap(([step, end]) => (end === 'succeeded' ? [step] : [])));
}

import { AioError } from '@aio/core/errors';
import { isRunTerminal, type RunStatus } from '@aio/core/run/states';
import { v7 as uuidv7 } from 'uuid';
import type { Pool } from '../pool.ts';
import type { Queryable } from '../queryable.ts';
import { inTransaction } from '../transaction.ts';
import { type AuditActor, writeAudit } from './audit-log.ts';
import { findReusable, type Reusable } from './reusable-steps.ts';

export interface RetriedRun {
  runId: string;
  epoch: number;
  workflowId: string;
  workflowName: string;
  /** true = the run was there already: it goes on from the same run. */
  replayed: boolean;
}

export interface Retry {
  runId: string;
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
}

/**
 * Makes a new run of the same version and input that goes on where a failed or cancelled one ended:
 * steps whose results still hold are `reused`, without their usage, which was paid for once.
 * One run goes on from another: however often it is asked for, at once or later, the answer is the same run.
 * @throws AioError `not_found`, `run_not_finished`, `conflict` when it has succeeded,
 *   `idempotency_conflict` when the key stands for another request
 */
export async function retryRun(pool: Pool, retry: Retry): Promise<RetriedRun> {
  const newId = uuidv7();
  return inTransaction(pool, async (db) => {
    const { definition, succeeded, ...workflow } = await lockEndedRun(db, retry);
    // A statement of its own sees what was committed while it waited for the lock.
    const known = (await findRetry(db, retry.runId)) ?? newId;
    const runId = retry.idempotencyKey === null ? known : await takeKey(db, known, retry);
    if (runId !== newId) return { runId, epoch: 0, ...workflow, replayed: true };
    const reusable = findReusable(definition, succeeded);
    await insertRun(db, newId, retry, Object.keys(definition.steps).length);
    await copySteps(db, newId, retry.runId, reusable);
    if (retry.audit) {
      const details = { retryOf: retry.runId };
      await writeAudit(db, retry.audit, { id: newId, target: `runs/${newId}`, details });
    }
    return { runId, epoch: 0, ...workflow, replayed: false };
  });
}

/**
 * Waits for another transaction that takes the same key at this moment.
 * @returns the run that the key stands for: this one, or an earlier retry of the same run
 */
async function takeKey(db: Queryable, id: string, retry: Retry): Promise<string> {
  const requestHash = `retry ${retry.runId}`;
  const { rows } = await db.query({
    name: 'take-retry-key',
    text: `
      insert into idempotency_keys as k (owner, workflow_id, key, request_hash, run_id, expires_at)
      select $3, workflow_id, $4, $5, $1, now() + interval '24 hours' from runs where id = $2
      on conflict (owner, workflow_id, key) do update set
        request_hash = case when k.expires_at <= now() then excluded.request_hash else k.request_hash end,
        run_id = case when k.expires_at <= now() then excluded.run_id else k.run_id end,
        expires_at = case when k.expires_at <= now() then excluded.expires_at else k.expires_at end
      returning request_hash, run_id`,
    values: [id, retry.runId, retry.by, retry.idempotencyKey, requestHash],
  });
  if (rows[0]?.request_hash === requestHash) return rows[0].run_id;
  throw new AioError(
    'idempotency_conflict',
    'This Idempotency-Key was used with another request less than 24 hours ago.',
  );
}

interface EndedRun {
  workflowId: string;
  workflowName: string;
  definition: { steps: Record<string, { needs?: string[] }> };
  succeeded: Set<string>;
}

/** Locks it, so that of retries at once the first makes the new run, and the others find it. */
async function lockEndedRun(
  db: Queryable,
  { runId, onlyOwner }: Pick<Retry, 'runId' | 'onlyOwner'>,
): Promise<EndedRun> {
  const { rows } = await db.query({
    name: 'lock-ended-run',
    text: `
      select r.status, r.workflow_id, r.workflow_name, v.definition,
        array(
          select s.step from steps s
          where s.run_id = r.id and s.iteration = -1 and s.status = 'succeeded'
        ) as succeeded
      from runs r join workflow_versions v on v.id = r.workflow_version_id
      where r.id = $1 and ($2::text is null or r.owner = $2)
      for no key update of r`,
    values: [runId, onlyOwner],
  });
  if (!rows[0]) throw new AioError('not_found', `There is no run ${runId}.`);
  const { status, workflow_id: workflowId, workflow_name: workflowName } = rows[0];
  const { definition, succeeded } = rows[0];
  refuseUnlessRetryable(status);
  return { workflowId, workflowName, definition, succeeded: new Set(succeeded) };
}

/** The run that goes on from this one, the latest where an older release made several; null = none yet. */
async function findRetry(db: Queryable, runId: string): Promise<string | null> {
  const { rows } = await db.query({
    name: 'find-retry',
    text: 'select id from runs where retry_of = $1 order by id desc limit 1',
    values: [runId],
  });
  return rows[0]?.id ?? null;
}

function refuseUnlessRetryable(status: RunStatus): void {
  const details = { status };
  if (!isRunTerminal(status)) {
    throw new AioError('run_not_finished', `The run is ${status}; cancel it first.`, { details });
  }
  if (status === 'succeeded') {
    throw new AioError('conflict', 'The run has succeeded; there is nothing to retry.', {
      details,
    });
  }
}

async function insertRun(
  db: Queryable,
  newId: string,
  { runId, timeoutMs, traceparent, parentSpanId, tracestate }: Retry,
  stepsTotal: number,
): Promise<void> {
  await db.query({
    name: 'insert-retry',
    text: `
      insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, lane, input,
                        retry_of, steps_total, traceparent, parent_span_id, tracestate, deadline_at)
      select $1, workflow_id, workflow_version_id, workflow_name, owner, lane, input,
             id, $3, $5, $6, $7, now() + $4::float8 * interval '1 millisecond'
      from runs where id = $2`,
    values: [newId, runId, stepsTotal, timeoutMs, traceparent, parentSpanId, tracestate],
  });
}

/**
 * Copies the rows that hold and numbers them as events of the new run. Of a map that is taken over
 * whole, items that failed and were let pass come along: its output has a place for each.
 */
async function copySteps(
  db: Queryable,
  newId: string,
  runId: string,
  { whole, partly }: Reusable,
): Promise<void> {
  await db.query({
    name: 'copy-steps',
    text: `
      with taken as (
        select s.*, s.iteration >= 0 and s.step = any($3::text[]) as item_of_whole,
          row_number() over (order by s.finished_seq, s.step, s.iteration) as nth
        from steps s
        where s.run_id = $2 and (
          s.step = any($3::text[])
          or s.step = any($4::text[]) and s.iteration >= 0 and s.status = 'succeeded'
        )
      ), copied as (
        insert into steps (run_id, step, iteration, kind, lane, status, resolution, attempt,
                           output, error, finished_at, finished_seq)
        select $1, step, iteration, kind, lane, status, case when status = 'succeeded' then 'reused' end,
               attempt, output, error, now(), 1 + nth
        from taken
      ), count as (
        select count(*) as done, count(*) filter (where item_of_whole) as items from taken
      )
      update runs set
        event_seq = event_seq + count.done,
        steps_done = count.done,
        -- Items of a map that goes on are counted when a worker expands it.
        steps_total = steps_total + count.items
      from count where id = $1`,
    values: [newId, runId, whole, partly],
  });
}

import { AioError } from '@aio/core/errors';
import type { Pool } from '../pool.ts';
import type { Queryable } from '../queryable.ts';
import { inTransaction } from '../transaction.ts';

/** A run to be accepted, checked and complete. */
export interface Submission {
  /** UUIDv7, made by the caller. */
  id: string;
  workflowId: string;
  workflowVersionId: string;
  workflowName: string;
  owner: string;
  /** JSON text. */
  input: string;
  stepsTotal: number;
  /** The run's own timeout; null = none. */
  timeoutMs: number | null;
  traceparent: string | null;
  tracestate: string | null;
  /** null = every submission is a run of its own. */
  idempotency: { key: string; requestHash: string } | null;
}

export interface Accepted {
  runId: string;
  /** For the wake-up. */
  epoch: number;
  /** true = the key was used before: this is the run of then. */
  replayed: boolean;
}

/** How long an idempotency key is remembered. */
const KEY_LIFE = '24 hours';

/**
 * Accepts runs in one transaction, in the order given. A key that was used with the same request
 * answers the run of then; with another request it is AioError `idempotency_conflict`, and nothing
 * of the transaction stays.
 */
export async function submitRuns(
  pool: Pool,
  submissions: readonly Submission[],
): Promise<Accepted[]> {
  if (submissions.every((one) => one.idempotency === null)) {
    await insertRuns(pool, submissions);
    return submissions.map(({ id }) => ({ runId: id, epoch: 0, replayed: false }));
  }
  return await inTransaction(pool, async (db) => {
    const accepted: Accepted[] = [];
    const fresh: Submission[] = [];
    for (const submission of submissions) {
      const runId = await takeKey(db, submission);
      if (runId === submission.id) fresh.push(submission);
      accepted.push({ runId, epoch: 0, replayed: runId !== submission.id });
    }
    await insertRuns(db, fresh);
    return accepted;
  });
}

async function insertRuns(db: Queryable, runs: readonly Submission[]): Promise<void> {
  if (runs.length === 0) return;
  const column = <Key extends keyof Submission>(key: Key) => runs.map((run) => run[key]);
  await db.query({
    name: 'insert-runs',
    text: `
      insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, steps_total,
                        deadline_at, traceparent, tracestate)
      select id, workflow_id, version_id, name, owner, input::json, steps_total,
             now() + timeout_ms * interval '1 millisecond', traceparent, tracestate
      from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[],
                  $8::float8[], $9::text[], $10::text[])
        as s(id, workflow_id, version_id, name, owner, input, steps_total, timeout_ms, traceparent, tracestate)`,
    values: [
      column('id'),
      column('workflowId'),
      column('workflowVersionId'),
      column('workflowName'),
      column('owner'),
      column('input'),
      column('stepsTotal'),
      column('timeoutMs'),
      column('traceparent'),
      column('tracestate'),
    ],
  });
}

/**
 * Takes the key for this submission, or answers the run that has it. Two at once: the unique key
 * makes the second wait for the first to commit, and then it sees the first one's run.
 */
async function takeKey(db: Queryable, submission: Submission): Promise<string> {
  const { id, owner, workflowId, idempotency } = submission;
  if (!idempotency) return id;
  const { rows } = await db.query({
    name: 'take-idempotency-key',
    text: `
      insert into idempotency_keys as k (owner, workflow_id, key, request_hash, run_id, expires_at)
      values ($1, $2, $3, $4, $5, now() + interval '${KEY_LIFE}')
      on conflict (owner, workflow_id, key) do update set
        request_hash = case when k.expires_at < now() then excluded.request_hash else k.request_hash end,
        run_id       = case when k.expires_at < now() then excluded.run_id       else k.run_id       end,
        expires_at   = case when k.expires_at < now() then excluded.expires_at   else k.expires_at   end
      returning run_id, request_hash`,
    values: [owner, workflowId, idempotency.key, idempotency.requestHash, id],
  });
  const { run_id: runId, request_hash: requestHash } = rows[0];
  if (requestHash !== idempotency.requestHash) {
    throw new AioError(
      'idempotency_conflict',
      'This Idempotency-Key was used with another request. Use a new key for a new request.',
      { details: { runId } },
    );
  }
  return runId;
}

/** Forgets keys past their time; answers how many. */
export async function removeExpiredKeys(db: Queryable): Promise<number> {
  const { rowCount } = await db.query({
    name: 'remove-expired-keys',
    text: 'delete from idempotency_keys where expires_at < now()',
  });
  return rowCount ?? 0;
}

import type { Failure } from '@aio/core/errors';
import { v7 as uuidv7 } from 'uuid';
import type { Pool } from '../pool.ts';
import type { Queryable } from '../queryable.ts';
import { inTransaction } from '../transaction.ts';
import { type AuditActor, writeAudit } from './audit-log.ts';

export const BULK_ACTIONS = ['cancel', 'retry'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

export interface BulkJob {
  id: string;
  action: BulkAction;
  createdAt: Date;
  finishedAt: Date | null;
  total: number;
  /** Runs that succeeded. */
  done: number;
  failed: number;
  /** The first failures. */
  failures: { runId: string; error: Failure }[];
}

/** A request for a bulk job. */
export interface BulkRequest {
  action: BulkAction;
  /** A subject. */
  owner: string;
  /** Only runs of this subject; null = all runs. */
  onlyOwner: string | null;
  actor: AuditActor;
  traceparent: string | null;
  runIds: readonly string[];
}

/** Stores a job, which any API executes. @returns its id */
export async function createBulkJob(pool: Pool, request: BulkRequest): Promise<string> {
  const id = uuidv7();
  const { action, owner, onlyOwner, actor, traceparent, runIds } = request;
  await inTransaction(pool, async (db) => {
    await db.query({
      name: 'create-bulk-job',
      text: `
        with job as (
          insert into bulk_jobs (id, action, owner, only_owner, actor, traceparent, finished_at)
          values ($1, $2, $3, $4, $5, $6, case when cardinality($7::uuid[]) = 0 then now() end)
          returning id
        )
        insert into bulk_runs (job_id, run_id)
        select job.id, r.run_id from job, unnest($7::uuid[]) as r(run_id)
        on conflict do nothing`,
      values: [id, action, owner, onlyOwner, JSON.stringify(actor), traceparent, runIds],
    });
    const details = { action, runs: runIds.length };
    await writeAudit(db, actor, { target: `bulk/${id}`, details });
  });
  return id;
}

const SHOWN_FAILURES = 20;

/** @param owner a subject; null = any. @returns null = there is no such job */
export async function getBulkJob(
  db: Queryable,
  id: string,
  owner: string | null,
): Promise<BulkJob | null> {
  const { rows } = await db.query({
    name: 'get-bulk-job',
    text: `
      select j.id, j.action, j.created_at as "createdAt", j.finished_at as "finishedAt", counts.*,
        (
          select coalesce(json_agg(failure), '[]') from (
            select run_id as "runId", error from bulk_runs
            where job_id = j.id and error is not null order by done_at, run_id limit ${SHOWN_FAILURES}
          ) as failure
        ) as failures
      from bulk_jobs j cross join lateral (
        select count(*)::int as total,
          count(*) filter (where done_at is not null and error is null)::int as done,
          count(*) filter (where error is not null)::int as failed
        from bulk_runs b where b.job_id = j.id
      ) as counts
      where j.id = $1 and ($2::text is null or j.owner = $2)`,
    values: [id, owner],
  });
  return rows[0] ?? null;
}

/** A claimed run of a job. */
export interface BulkRun extends Pick<
  BulkRequest,
  'action' | 'onlyOwner' | 'actor' | 'traceparent'
> {
  jobId: string;
  runId: string;
  /** The subject that created the job. */
  owner: string;
}

const CLAIMED_FOR = '30 seconds';

/** Claims runs of open jobs, the oldest job first. Runs of a dead API can be claimed again. */
export async function claimBulkRuns(db: Queryable, limit: number): Promise<BulkRun[]> {
  const { rows } = await db.query({
    name: 'claim-bulk-runs',
    text: `
      with open as (
        select b.job_id, b.run_id from bulk_runs b
        where b.done_at is null and (b.claimed_at is null or b.claimed_at < now() - interval '${CLAIMED_FOR}')
        order by b.job_id, b.run_id limit $1
        for update skip locked
      )
      update bulk_runs b set claimed_at = now()
      from open, bulk_jobs j
      where b.job_id = open.job_id and b.run_id = open.run_id and j.id = b.job_id
      returning b.job_id as "jobId", b.run_id as "runId", j.action, j.owner, j.only_owner as "onlyOwner",
        j.actor, j.traceparent`,
    values: [limit],
  });
  return rows;
}

/** Records the results of claimed runs, and ends jobs without remaining runs. */
export async function recordBulkRuns(
  db: Queryable,
  worked: readonly { jobId: string; runId: string; error: Failure | null }[],
): Promise<void> {
  await db.query({
    name: 'record-bulk-runs',
    text: `
      update bulk_runs b set done_at = now(), error = w.error
      from unnest($1::uuid[], $2::uuid[], $3::json[]) as w(job_id, run_id, error)
      where b.job_id = w.job_id and b.run_id = w.run_id and b.done_at is null`,
    values: [
      worked.map(({ jobId }) => jobId),
      worked.map(({ runId }) => runId),
      worked.map(({ error }) => error && JSON.stringify(error)),
    ],
  });
  await db.query({
    name: 'end-bulk-jobs',
    text: `
      update bulk_jobs j set finished_at = now()
      where j.finished_at is null
        and not exists (select from bulk_runs b where b.job_id = j.id and b.done_at is null)`,
  });
}

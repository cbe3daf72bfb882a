import { AioError, type Failure } from '@aio/core/errors';
import { v7 as uuidv7 } from 'uuid';
import type { Pool } from '../../postgres/pool.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { inTransaction } from '../../postgres/transaction.ts';
import { type AuditActor, writeAudit } from '../audit-log.ts';

export const BULK_ACTIONS = ['cancel', 'retry'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

export interface BulkJob {
  id: string;
  action: BulkAction;
  createdAt: Date;
  finishedAt: Date | null;
  total: number;
  /** Named runs that do not exist or that the caller may not touch; they are not part of `total`. */
  notFound: number;
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

/**
 * Stores a job, which any API executes. Leaves out runs that do not exist or that belong to others.
 *
 * @param mostOpen how many open jobs an owner may have
 * @returns its id
 * @throws AioError `bulk_limit`
 */
export async function createBulkJob(
  pool: Pool,
  request: BulkRequest,
  { mostOpen }: { mostOpen: number },
): Promise<string> {
  const id = uuidv7();
  const { action, owner, onlyOwner, actor, traceparent, runIds } = request;
  await requireRoom(pool, owner, mostOpen);
  await inTransaction(pool, async (db) => {
    const { rowCount } = await db.query({
      name: 'create-bulk-job',
      text: `
        with found as materialized (
          select r.id from runs r where r.id = any($7::uuid[]) and ($4::text is null or r.owner = $4)
        ), job as (
          insert into bulk_jobs (id, action, owner, only_owner, actor, traceparent, not_found, finished_at)
          select $1, $2, $3, $4, $5, $6, cardinality($7) - count(*), case when count(*) = 0 then now() end from found
          returning id
        )
        insert into bulk_runs (job_id, run_id) select job.id, found.id from job, found`,
      values: [id, action, owner, onlyOwner, JSON.stringify(actor), traceparent, runIds],
    });
    const details = { action, runs: rowCount };
    await writeAudit(db, actor, { target: `bulk/${id}`, details });
  });
  return id;
}

/** Requests at the same time may exceed the limit by a few. A lock would let one owner hold all connections. */
async function requireRoom(db: Queryable, owner: string, mostOpen: number): Promise<void> {
  const { rows } = await db.query({
    name: 'count-open-bulk-jobs',
    text: `select count(*) as open from bulk_jobs where finished_at is null and owner = $1`,
    values: [owner],
  });
  if (rows[0].open < mostOpen) return;
  throw new AioError(
    'bulk_limit',
    `You have ${rows[0].open} open bulk jobs, and ${mostOpen} are allowed. Wait until one ends.`,
  );
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
      select j.id, j.action, j.created_at as "createdAt", j.finished_at as "finishedAt",
        j.not_found as "notFound", counts.*,
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
/** SQL for `bulk_runs b`: no API works the run, or the API that claimed it died. */
const CLAIMABLE = `b.done_at is null and (b.claimed_at is null or b.claimed_at < now() - interval '${CLAIMED_FOR}')`;
/** An owner's runs among which a claim chooses. More than one claim, because APIs skip runs that others lock. */
const RUNS_PER_OWNER = 100;

/**
 * Claims runs of open jobs: those of admins first, and then one per owner in turn. If there are more owners than
 * `limit`, lots decide, so that no API keeps turns. An owner's cancellations come before retries, older jobs before
 * newer ones. The number of open runs does not matter: a claim reads one run per open job, and up to a hundred per owner.
 */
export async function claimBulkRuns(db: Queryable, limit: number): Promise<BulkRun[]> {
  const { rows } = await db.query({
    name: 'claim-bulk-runs',
    text: `
      with next_jobs as materialized (
        select distinct on (j.owner, j.only_owner) j.id, j.action, j.only_owner is null as by_admin
        from bulk_jobs j
        where j.finished_at is null and exists (select from bulk_runs b where b.job_id = j.id and ${CLAIMABLE})
        order by j.owner, j.only_owner, j.action = 'cancel' desc, j.id
      ), claimed as (
        select b.job_id, b.run_id
        from next_jobs j cross join lateral (
          select b.ctid, row_number() over (order by b.run_id) as turn
          from bulk_runs b where b.job_id = j.id and ${CLAIMABLE}
          order by b.run_id limit ${RUNS_PER_OWNER}
        ) next join bulk_runs b on b.ctid = next.ctid
        where ${CLAIMABLE}
        order by j.by_admin desc, next.turn, j.action = 'cancel' desc, random() limit $1
        for update of b skip locked
      )
      update bulk_runs b set claimed_at = now()
      from claimed, bulk_jobs j
      where b.job_id = claimed.job_id and b.run_id = claimed.run_id and j.id = b.job_id
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

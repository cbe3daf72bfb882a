import type { Queryable } from '../../queryable.ts';

/** A run whose lease this worker has just taken; times are milliseconds by the database's clock. */
export interface ClaimedRun {
  id: string;
  workflowId: string;
  workflowName: string;
  workflowVersionId: string;
  /** The fence: every later write names it. */
  epoch: number;
  signal: number;
  eventSeq: number;
  stepsTotal: number;
  stepsDone: number;
  /** JSON text. */
  input: string;
  /** Of the run's own span, and the id of the span above it; null = not traced. */
  traceparent: string | null;
  parentSpanId: string | null;
  tracestate: string | null;
  createdAtMs: number;
  /** The run's own timeout ends then; null = none. */
  deadlineAtMs: number | null;
  /** The database's clock at the claim, to turn its times into local waits. */
  nowMs: number;
  /** true = some worker has worked it before, so there are rows of steps to load. */
  resumed: boolean;
  /** What it was before: not begun, waiting, handed back, or with a worker that never let go. */
  was: 'queued' | 'waiting' | 'handed_back' | 'abandoned';
  /** Takeovers since it last made progress, this one included. */
  fruitlessTakeovers: number;
  depth: number;
  /** The run that this one goes on from, and where its span is. */
  retryOf: string | null;
  retriedTraceparent: string | null;
}

export interface Claim {
  workerId: string;
  leaseMs: number;
  /** Runs that go on: they waited, or their worker is gone. */
  again: number;
  /** Runs that have not begun. */
  queued: number;
  /** Workflows whose queued runs are passed over. */
  except?: readonly string[];
}

/**
 * Takes the leases of runs that want a worker: each workflow gets an equal share of the limit, its
 * longest waiting runs first, so that a long queue of one keeps no other waiting. Runs that somebody
 * else is about to take are passed over. While the lane `default` is paused, nothing is taken.
 */
export async function claimRuns(db: Queryable, claim: Claim): Promise<ClaimedRun[]> {
  const { rows } = await db.query({
    name: 'claim-runs',
    text: CLAIM_RUNS,
    values: [claim.workerId, claim.leaseMs, claim.again, claim.queued, claim.except ?? []],
  });
  return rows.map((row) => ({
    id: row.id,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    workflowVersionId: row.workflow_version_id,
    epoch: Number(row.epoch),
    signal: Number(row.signal),
    eventSeq: Number(row.event_seq),
    stepsTotal: row.steps_total,
    stepsDone: row.steps_done,
    input: row.input,
    traceparent: row.traceparent,
    parentSpanId: row.parent_span_id,
    tracestate: row.tracestate,
    createdAtMs: row.created_at_ms,
    deadlineAtMs: row.deadline_at_ms,
    nowMs: row.now_ms,
    resumed: row.resumed,
    was: row.was,
    fruitlessTakeovers: row.fruitless_takeovers,
    depth: row.depth,
    retryOf: row.retry_of,
    retriedTraceparent: row.retried_traceparent,
  }));
}

/**
 * A takeover counts up to here: the runs that were held beside the culprit are counted with it. From
 * here on a run is tried alone, and each trial counts, see `try-suspect.ts`.
 */
export const SUSPECT_TAKEOVERS = 4;

/** No run is taken up while that lane is paused. */
export const IS_TAKING = `not exists (select from lanes where name = 'default' and paused_at is not null)`;

// The workflows are found by walking the index from one to the next, which costs their number and not
// the length of their queues.
const fair = (name: string, isIt: string, limit: string, except: string) => `
  ${name}_workflow as (
    (
      select workflow_id from runs
      where ${isIt} and wanted_at is not null and ${limit} > 0
        and ${IS_TAKING}
      order by workflow_id limit 1
    )
    union all
    select (
      select r.workflow_id from runs r
      where ${isIt} and r.wanted_at is not null and r.workflow_id > w.workflow_id
      order by r.workflow_id limit 1
    )
    from ${name}_workflow w where w.workflow_id is not null
  ), ${name}_share as (
    select workflow_id, greatest(1, ${limit} / count(*) over ())::int as runs
    from ${name}_workflow w
    where workflow_id is not null ${except} and exists (
      select from runs r where ${isIt} and r.workflow_id = w.workflow_id and r.wanted_at <= now()
    )
  ), ${name} as (
    select run.id, run.was
    from (select * from ${name}_share order by random()) share
    cross join lateral (
      select r.id, case
          when r.leased_until is not null then 'abandoned'
          when r.status = 'running' then 'handed_back'
          else r.status
        end as was
      from runs r
      where ${isIt} and r.workflow_id = share.workflow_id and r.wanted_at <= now()
        and (r.leased_until is null or r.leased_until < now()) and r.finished_at is null
      order by r.wanted_at
      limit share.runs
      for no key update of r skip locked
    ) run
    limit ${limit}
  )`;

const CLAIM_RUNS = `
  with recursive ${fair('again', `status <> 'queued'`, '$3::int', '')},
  ${fair('queued', `status = 'queued'`, '$4::int', 'and workflow_id <> all ($5::uuid[])')},
  free as (select * from again union all select * from queued)
  update runs r set
    epoch = r.epoch + 1,
    worker_id = $1,
    leased_until = now() + $2 * interval '1 millisecond',
    status = 'running',
    wanted_at = null,
    fruitless_takeovers = case
      when free.was = 'abandoned' and r.fruitless_takeovers < ${SUSPECT_TAKEOVERS} then r.fruitless_takeovers + 1
      else r.fruitless_takeovers
    end,
    started_at = coalesce(r.started_at, now()),
    started_seq = coalesce(r.started_seq, r.event_seq + 1),
    event_seq = r.event_seq + (r.started_seq is null)::int
  from free
  where r.id = free.id
  returning r.id, r.workflow_id, r.workflow_name, r.workflow_version_id, r.depth, r.epoch, r.signal,
    r.event_seq, r.steps_total, r.steps_done, r.input::text as input, r.traceparent, r.parent_span_id, r.tracestate,
    extract(epoch from r.created_at)::float8 * 1000 as created_at_ms,
    extract(epoch from r.deadline_at)::float8 * 1000 as deadline_at_ms,
    extract(epoch from now())::float8 * 1000 as now_ms,
    r.epoch > 1 or r.retry_of is not null as resumed,
    free.was, r.fruitless_takeovers, r.retry_of,
    (select o.traceparent from runs o where o.id = r.retry_of) as retried_traceparent`;

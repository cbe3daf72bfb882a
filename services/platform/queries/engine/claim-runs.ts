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
  traceparent: string | null;
  tracestate: string | null;
  createdAtMs: number;
  /** The run's own timeout ends then; null = none. */
  deadlineAtMs: number | null;
  /** The database's clock at the claim, to turn its times into local waits. */
  nowMs: number;
  /** true = some worker has worked it before, so there are rows of steps to load. */
  resumed: boolean;
  /** true = that worker never let go: its running steps are lost. */
  takenOver: boolean;
}

/**
 * Takes the leases of those of the runs that nobody holds. The rest (held, finished, in a paused
 * lane, locked at this moment) is left out of the answer: their wake-up has done its work.
 */
export async function claimRuns(
  db: Queryable,
  claim: { runIds: readonly string[]; workerId: string; leaseMs: number },
): Promise<ClaimedRun[]> {
  const { rows } = await db.query({
    name: 'claim-runs',
    text: `
      with free as (
        select id, leased_until is not null as taken_over
        from runs
        where id = any($1::uuid[])
          and finished_at is null
          and (leased_until is null or leased_until < now())
          and not exists (select from lanes where lanes.name = runs.lane and lanes.paused_at is not null)
        order by id
        for no key update skip locked
      )
      update runs r set
        epoch = r.epoch + 1,
        worker_id = $2,
        leased_until = now() + $3 * interval '1 millisecond',
        status = 'running',
        due_at = null,
        woken_at = null,
        started_at = coalesce(r.started_at, now()),
        started_seq = coalesce(r.started_seq, r.event_seq + 1),
        event_seq = r.event_seq + (r.started_seq is null)::int
      from free
      where r.id = free.id
      returning r.id, r.workflow_id, r.workflow_name, r.workflow_version_id, r.epoch, r.signal,
        r.event_seq, r.steps_total, r.steps_done, r.input::text as input, r.traceparent, r.tracestate,
        extract(epoch from r.created_at)::float8 * 1000 as created_at_ms,
        extract(epoch from r.deadline_at)::float8 * 1000 as deadline_at_ms,
        extract(epoch from now())::float8 * 1000 as now_ms,
        r.epoch > 1 or r.retry_of is not null as resumed,
        free.taken_over`,
    values: [claim.runIds, claim.workerId, claim.leaseMs],
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
    tracestate: row.tracestate,
    createdAtMs: row.created_at_ms,
    deadlineAtMs: row.deadline_at_ms,
    nowMs: row.now_ms,
    resumed: row.resumed,
    takenOver: row.taken_over,
  }));
}

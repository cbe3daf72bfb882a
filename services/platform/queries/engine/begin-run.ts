import type { Queryable } from '../../queryable.ts';
import { IS_TAKING } from './claim-runs.ts';
import { type RunProgress, TO_POSITION, writeProgress } from './commit-statement.ts';

/** A run whose lease was taken by its first commit; times are milliseconds by the database's clock. */
export interface Begun {
  nowMs: number;
  createdAtMs: number;
  signal: number;
}

/**
 * Of a run that is begun by its first commit. The epoch is not the one that a claim gives, so that neither passes
 * for the other.
 */
export const BEGUN = { epoch: 2, eventSeq: 2, signal: 0 };

/** What the worker began it as: its row has to say the same. */
export interface BegunAs {
  workflowId: string;
  workflowName: string;
  workflowVersionId: string;
  /** JSON text. */
  input: string;
  stepsTotal: number;
  timeoutMs: number | null;
  traceparent: string | null;
  tracestate: string | null;
}

/**
 * Takes the lease of a run that nobody has begun and writes its first progress, in one commit. null = it is not
 * to be had, or not there yet: nothing is written.
 * @param begin `progress` has the epoch of `BEGUN`. `isRepeat`: it was sent before, and the answer was lost. If
 *   it was written then, the same rows (`toRepeated`) are written again, or nothing when it ended the run.
 */
export async function beginRun(
  db: Queryable,
  begin: {
    workerId: string;
    leaseMs: number;
    as: BegunAs;
    progress: RunProgress;
    isRepeat: boolean;
  },
): Promise<Begun | null> {
  const { workerId, leaseMs, as, progress, isRepeat } = begin;
  const values: unknown[] = [
    workerId,
    leaseMs,
    isRepeat,
    as.workflowId,
    as.workflowName,
    as.workflowVersionId,
    as.input,
    as.stepsTotal,
    as.timeoutMs,
    as.traceparent,
    as.tracestate,
  ];
  const { variant, text } = writeProgress(BEGIN_RUN, [progress], values);
  const { rows } = await db.query({ name: 'begin-run', variant, text: text + ANSWER, values });
  const [row] = rows;
  if (row === undefined) return null;
  return {
    nowMs: row.now_ms,
    createdAtMs: row.created_at_ms,
    signal: Number(row.signal),
  };
}

const IS_AS_TOLD = `
  workflow_id = $4 and workflow_name = $5 and workflow_version_id = $6 and input::text = $7
  and steps_total = $8 and deadline_at is not distinct from created_at + $9::float8 * interval '1 millisecond'
  and traceparent is not distinct from $10 and tracestate is not distinct from $11`;

// Two workers may be told of one run, and both would give it the same epoch: that it holds is not enough to know
// one's own commit by. A run that ended has no worker, its steps do.
const BEGIN_RUN = (positions: string) => `
  with held as (
    select p.*, r.*
    from (select * from ${positions}) p cross join lateral (
      select id, signal, created_at, epoch = p.epoch and finished_at is not null as repeated
      from runs
      where id = p.run_id and event_seq <= p.event_seq and case
        when epoch = 0 then
          status = 'queued' and leased_until is null and wanted_at <= now()
          and ${IS_AS_TOLD} and ${IS_TAKING}
        when $3 then
          epoch = p.epoch and (
            worker_id = $1 or exists (select from steps s where s.run_id = p.run_id and s.worker_id = $1))
      end
      for no key update
    ) r
  ), run as (
    update runs r set
      epoch = h.epoch,
      started_at = coalesce(r.started_at, now()),
      started_seq = coalesce(r.started_seq, r.event_seq + 1),${TO_POSITION}
  )`;

const ANSWER = `
  select signal, extract(epoch from created_at)::float8 * 1000 as created_at_ms,
    extract(epoch from now())::float8 * 1000 as now_ms
  from held`;

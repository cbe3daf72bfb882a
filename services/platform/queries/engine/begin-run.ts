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
 * Takes the lease of a run that nobody has begun and writes its first progress, in one commit. Nothing is
 * written unless the run is what the worker took it for; null = it is not to be had, or not there yet.
 * Repeating it when the answer was lost (`toRepeated`) writes the same rows again, or nothing when it ended
 * the run; one that a broken connection delivers late, after others, is refused by its event number.
 * @param begin `progress` has the epoch that the run gets by this
 */
export async function beginRun(
  db: Queryable,
  begin: {
    workerId: string;
    leaseMs: number;
    workflowVersionId: string;
    /** JSON text. */
    input: string;
    progress: RunProgress;
  },
): Promise<Begun | null> {
  const { workerId, leaseMs, workflowVersionId, input, progress } = begin;
  const values: unknown[] = [workerId, leaseMs, workflowVersionId, input];
  const { variant, text } = writeProgress(BEGIN_RUN, [progress], values);
  const { rows } = await db.query({ name: 'begin-run', variant, text: text + ANSWER, values });
  const [row] = rows;
  if (row === undefined) return null;
  return { nowMs: row.now_ms, createdAtMs: row.created_at_ms, signal: Number(row.signal) };
}

// Two may be told of one run, and both would give it the same epoch: that it holds is not enough to know one's
// own commit by. A run that ended has no worker, its steps do.
const BEGIN_RUN = (positions: string) => `
  with held as (
    select p.*, r.*
    from (select * from ${positions}) p cross join lateral (
      select id, signal, created_at, epoch = p.epoch and finished_at is not null as repeated
      from runs
      where id = p.run_id and event_seq <= p.event_seq and case epoch
        when p.epoch - 1 then
          status = 'queued' and leased_until is null and wanted_at <= now()
          and workflow_version_id = $3 and input::text = $4 and ${IS_TAKING}
        when p.epoch then
          worker_id = $1 or exists (select from steps s where s.run_id = p.run_id and s.worker_id = $1)
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

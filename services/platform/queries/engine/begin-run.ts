import type { Query, Queryable } from '../../queryable.ts';
import { IS_TAKING } from './claim-runs.ts';
import {
  defineProgressStatement,
  type RunProgress,
  TO_POSITION,
  WRITTEN,
} from './commit-statement.ts';

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
 * What begins a run: put together once, and sent until the run's row is there.
 * @param begin `progress` has the epoch of `BEGUN`. `isRepeat`: it was sent before, and the answer was lost. If
 *   it was written then, the same rows (`toRepeated`) are written again, or nothing when it ended the run.
 */
export function toBeginning(begin: {
  workerId: string;
  leaseMs: number;
  as: BegunAs;
  progress: RunProgress;
  isRepeat: boolean;
}): Query {
  const { workerId, leaseMs, as, progress, isRepeat } = begin;
  const values: unknown[] = [
    workerId,
    leaseMs,
    as.workflowId,
    as.workflowName,
    as.workflowVersionId,
    as.input,
    as.stepsTotal,
    as.timeoutMs,
    as.traceparent,
    as.tracestate,
  ];
  return (isRepeat ? BEGIN_AGAIN : BEGIN)(values, [progress]);
}

/**
 * Takes the lease of a run that nobody has begun and writes its first progress, in one commit. null = it is not
 * to be had, or not there yet: nothing is written.
 * @param beginning of `toBeginning`
 */
export async function beginRun(db: Queryable, beginning: Query): Promise<Begun | null> {
  const { rows } = await db.query(beginning);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    nowMs: row.now_ms,
    createdAtMs: row.created_at_ms,
    signal: Number(row.signal),
  };
}

const IS_TO_BEGIN = `
  r.epoch = 0 and r.status = 'queued' and r.leased_until is null and r.wanted_at <= now()
  and r.workflow_id = $3 and r.workflow_name = $4 and r.workflow_version_id = $5 and r.input::text = $6
  and r.steps_total = $7
  and r.deadline_at is not distinct from r.created_at + $8::float8 * interval '1 millisecond'
  and r.traceparent is not distinct from $9 and r.tracestate is not distinct from $10 and ${IS_TAKING}`;

const TO_BEGUN = `
  epoch = h.epoch,
  started_at = coalesce(r.started_at, now()),
  started_seq = coalesce(r.started_seq, r.event_seq + 1),${TO_POSITION}`;

const answerFrom = (runs: 'held' | 'run') => `
  select signal, extract(epoch from created_at)::float8 * 1000 as created_at_ms,
    extract(epoch from now())::float8 * 1000 as now_ms
  from ${runs}`;

const BEGIN = defineProgressStatement({
  name: 'begin-run',
  updateRuns: (positions) => `
  with run as (
    update runs r set ${TO_BEGUN}
    from (select * from ${positions}) h
    where r.id = h.run_id and r.event_seq <= h.event_seq and ${IS_TO_BEGIN}
    returning ${WRITTEN}, r.signal, r.created_at
  )`,
  answer: answerFrom('run'),
});

// Two workers may be told of one run, and both would give it the same epoch: that it holds is not enough to know
// one's own commit by. A run that ended has no worker, its steps do.
const BEGIN_AGAIN = defineProgressStatement({
  name: 'begin-run',
  variant: ' again',
  updateRuns: (positions) => `
  with held as (
    select p.*, found.*
    from (select * from ${positions}) p cross join lateral (
      select r.id, r.signal, r.created_at, r.epoch = p.epoch and r.finished_at is not null as repeated
      from runs r
      where r.id = p.run_id and r.event_seq <= p.event_seq and (
        ${IS_TO_BEGIN}
        or r.epoch = p.epoch and (
          r.worker_id = $1 or exists (select from steps s where s.run_id = p.run_id and s.worker_id = $1))
      )
      for no key update
    ) found
  ), run as (
    update runs r set ${TO_BEGUN}
    from held h where r.id = h.id and not h.repeated
    returning ${WRITTEN}
  )`,
  answer: answerFrom('held'),
});

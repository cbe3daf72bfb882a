import type { Failure } from '@aio/core/errors';
import type { RunStatus, StepStatus } from '@aio/core/run/states';
import type { Queryable } from '../../postgres/queryable.ts';

/** A change of a run or one of its steps, derived from its columns. */
export interface StoredEvent {
  /** Position in the run's history, from 1; there may be gaps. */
  seq: number;
  type:
    | 'run.queued'
    | 'run.started'
    | `run.${'succeeded' | 'failed' | 'cancelled'}`
    | StepEventType;
  atMs: number;
  /** null = the run itself. */
  step: string | null;
  /** -1 = the step itself, not an item of a map; null = the run. */
  iteration: number | null;
  attempt: number | null;
  status: RunStatus | StepStatus;
  error: Failure | null;
}

type StepEventType =
  | 'step.started'
  | 'step.waiting'
  | 'step.retrying'
  | `step.${'succeeded' | 'failed' | 'skipped' | 'cancelled'}`;

/**
 * Number of the latest event of each existing run, for polling.
 * @param owner only runs of this subject; null = any
 */
export async function readEventSeqs(
  db: Queryable,
  runIds: readonly string[],
  owner: string | null,
): Promise<Map<string, number>> {
  const { rows } = await db.query({
    name: 'read-event-seqs',
    text: `
      select id, event_seq from runs
      where id = any($1::uuid[]) and ($2::text is null or owner = $2)`,
    values: [runIds, owner],
  });
  return new Map(rows.map((row) => [row.id, Number(row.event_seq)]));
}

/**
 * Up to `limit` events of the run after `afterSeq`, in order. One statement, so one snapshot. Writers take numbers
 * under the run's row lock, so all events before a visible one are visible. The start of an ended attempt is both in
 * the step's row and in the attempt's own row.
 */
export async function readRunEvents(
  db: Queryable,
  runId: string,
  afterSeq: number,
  limit: number,
): Promise<StoredEvent[]> {
  const { rows } = await db.query({
    name: 'read-run-events',
    text: READ_RUN_EVENTS,
    values: [runId, afterSeq, limit],
  });
  return rows.map((row) => ({
    seq: Number(row.seq),
    type: row.type,
    atMs: row.at_ms,
    step: row.step,
    iteration: row.iteration,
    attempt: row.attempt,
    status: row.status,
    error: row.error === null ? null : (JSON.parse(row.error) as Failure),
  }));
}

// A wait has no column for its time, so it has the start of its attempt.
const READ_RUN_EVENTS = `
  with event as (
    select e.seq, e.type, e.at, null as step, null::int as iteration, null::int as attempt, e.status, e.error
    from runs r cross join lateral (values
      (1::bigint, 'run.queued', r.created_at, 'queued', null::json),
      (r.started_seq, 'run.started', r.started_at, 'running', null),
      (r.finished_seq, 'run.' || r.status, r.finished_at, r.status, r.error)
    ) as e(seq, type, at, status, error)
    where r.id = $1
    union all
    select e.seq, e.type, e.at, s.step, s.iteration, s.attempt, e.status, e.error
    from steps s cross join lateral (values
      (s.started_seq, 'step.started', s.started_at, 'running', null::json),
      (s.waiting_seq, 'step.waiting', s.started_at, 'waiting', null),
      (s.finished_seq, 'step.' || s.status, s.finished_at, s.status, s.error)
    ) as e(seq, type, at, status, error)
    where s.run_id = $1 and greatest(s.started_seq, s.waiting_seq, s.finished_seq) > $2
    union all
    select e.seq, e.type, e.at, a.step, a.iteration, a.attempt, e.status, e.error
    from step_attempts a cross join lateral (values
      (a.started_seq, 'step.started', a.started_at, 'running', null::json),
      (a.finished_seq, 'step.retrying', a.finished_at, 'failed', a.error)
    ) as e(seq, type, at, status, error)
    where a.run_id = $1 and a.finished_seq > $2
  )
  select distinct on (seq) seq, type, step, iteration, attempt, status, error::text as error,
    extract(epoch from at)::float8 * 1000 as at_ms
  from event
  where seq > $2
  order by seq
  limit $3`;

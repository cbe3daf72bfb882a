import type { TimedStep } from '@aio/core/run/where-time-went';
import type { Queryable } from '../../postgres/queryable.ts';

export type StepTimes = Omit<TimedStep, 'needs' | 'items'>;

/**
 * The times of a run's steps with a row, or of the items of its map `map`: one row each, however many attempts it has.
 * Times and sums are whole milliseconds.
 */
export async function readStepTimes(
  db: Queryable,
  runId: string,
  map: string | null = null,
): Promise<StepTimes[]> {
  const { rows } =
    map === null
      ? await db.query({ name: 'read-step-times', text: STEP_TIMES, values: [runId] })
      : await db.query({ name: 'read-item-times', text: ITEM_TIMES, values: [runId, map] });
  return rows;
}

/** SQL: from one time to another, as `msBetween` of the API. */
const wholeMs = (from: string, to: string) => `
  greatest(0, extract(epoch from date_trunc('milliseconds', ${to}) - date_trunc('milliseconds', ${from})) * 1000)::float8`;

/** @param which rows of `steps s` */
const timesOf = (which: string) => `
  select s.step as id, s.kind, s.status, e.attempts + own.begun::int as attempts,
    coalesce(e.first_ready_at, s.ready_at) as "firstReadyAt",
    e.queue_ms as "earlierQueueMs", e.execution_ms as "earlierExecutionMs",
    case when own.begun or e.last is null or s.ready_at > e.last_ready_at then s.ready_at end as "readyAt",
    case when own.begun then s.started_at end as "startedAt", s.finished_at as "finishedAt"
  from steps s
    cross join lateral (
      select count(*)::int as attempts, max(a.attempt) as last, max(a.ready_at) as last_ready_at,
        min(coalesce(a.ready_at, a.started_at)) as first_ready_at,
        coalesce(sum(${wholeMs('a.ready_at', 'a.started_at')}), 0) as queue_ms,
        coalesce(sum(${wholeMs('a.started_at', 'a.finished_at')}), 0) as execution_ms
      from step_attempts a where a.run_id = s.run_id and a.step = s.step and a.iteration = s.iteration
    ) as e
    cross join lateral (
      -- Until the next attempt starts, the row still has the times of the one that ended.
      select s.started_at is not null and s.attempt > coalesce(e.last, 0) as begun
    ) as own
  where s.run_id = $1 and ${which}
  order by s.step, s.iteration`;

const STEP_TIMES = timesOf('s.iteration = -1');
const ITEM_TIMES = timesOf('s.step = $2 and s.iteration >= 0');

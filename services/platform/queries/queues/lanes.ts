import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { STEP_KINDS } from '@aio/core/definition/kinds/registry';
import type { Queryable } from '../../postgres/queryable.ts';
import { IS_SERVING } from './served-kinds.ts';

/** Waiting and running work of one lane, counted in PostgreSQL. */
export interface LaneDepth {
  name: string;
  readySteps: number;
  /** Without runs of paused workflows, which wait for an admin, not for a worker. */
  queuedRuns: number;
  runningRuns: number;
  waitingRuns: number;
  /** Age of the oldest ready step or queued run counted here; 0 = none waits. */
  oldestAgeSeconds: number;
  /** Workers that execute steps of the lane; 0 = steps stay ready. */
  workers: number;
}

const KINDS = Object.values(STEP_KINDS);

/** Every lane of the definition language, and every other lane that has work or was ever paused. */
export async function readLaneDepths(db: Queryable): Promise<LaneDepth[]> {
  const { rows } = await db.query({
    name: 'read-lane-depths',
    text: `
      with run as (
        select '${DEFAULT_LANE}' as lane,
          count(*) filter (where status = 'queued' and paused.id is null)::int as queued,
          count(*) filter (where status = 'running')::int as running,
          count(*) filter (where status = 'waiting')::int as waiting,
          min(runs.created_at) filter (where status = 'queued' and paused.id is null) as oldest
        from runs left join workflows paused on paused.id = workflow_id and paused.paused_at is not null
        where finished_at is null
      ), step as (
        select lane, count(*)::int as ready, min(ready_at) as oldest
        from steps where status = 'ready' group by lane
      ), kind as (
        select lane, array_agg(kind) as kinds from unnest($1::text[], $2::text[]) as k(lane, kind) group by lane
      ), name as (
        select lane from kind union select lane from run union select lane from step
        union select name from lanes
      )
      select lane as name, coalesce(step.ready, 0) as "readySteps", coalesce(run.queued, 0) as "queuedRuns",
        coalesce(run.running, 0) as "runningRuns", coalesce(run.waiting, 0) as "waitingRuns",
        greatest(coalesce(extract(epoch from now() - least(step.oldest, run.oldest)), 0), 0)::float8
          as "oldestAgeSeconds",
        (select count(*)::int from workers w where w.kinds && kind.kinds and ${IS_SERVING}) as workers
      from name left join kind using (lane) left join run using (lane) left join step using (lane)
      order by lane`,
    values: [KINDS.map(({ lane }) => lane), KINDS.map(({ kind }) => kind)],
  });
  return rows;
}

/**
 * Pauses a lane. Workers claim no runs while `default` is paused, and take no jobs of a paused lane once its queue is
 * paused (`WorkQueues.pauseOnly`). Running work continues. Pausing again changes nothing.
 * @param reason for people; null = none
 */
export async function pauseLane(
  db: Queryable,
  name: string,
  reason: string | null = null,
): Promise<void> {
  await db.query({
    name: 'pause-lane',
    text: `
      insert into lanes as l (name, paused_at, pause_reason) values ($1, now(), $2)
      on conflict (name) do update set paused_at = excluded.paused_at, pause_reason = excluded.pause_reason
        where l.paused_at is null`,
    values: [name, reason],
  });
}

/** Names of paused lanes. */
export async function readPausedLanes(db: Queryable): Promise<Set<string>> {
  const { rows } = await db.query({
    name: 'read-paused-lanes',
    text: 'select name from lanes where paused_at is not null',
  });
  return new Set(rows.map((row) => row.name));
}

/** Resumes a lane. Also resume its queue (`WorkQueues.pauseOnly`), so that its backlog starts at once. */
export async function resumeLane(db: Queryable, name: string): Promise<void> {
  await db.query({
    name: 'resume-lane',
    text: 'update lanes set paused_at = null, pause_reason = null where name = $1',
    values: [name],
  });
}

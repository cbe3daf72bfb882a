import type { Queryable } from '../queryable.ts';

/** What waits and what runs in one lane, counted in PostgreSQL. */
export interface QueueDepth {
  name: string;
  readySteps: number;
  queuedRuns: number;
  runningRuns: number;
  waitingRuns: number;
  /** Of the ready step or queued run that waits longest, by the database's clock; 0 = none waits. */
  oldestAgeSeconds: number;
  pausedAt: Date | null;
}

/** Every lane that is known, `default` always among them. */
export async function readQueueDepths(db: Queryable): Promise<QueueDepth[]> {
  const { rows } = await db.query({
    name: 'read-queue-depths',
    text: `
      with ready as (
        select lane, count(*) as steps, min(ready_at) as oldest from steps where status = 'ready' group by lane
      ), active as (
        select lane,
          count(*) filter (where status = 'queued') as queued,
          count(*) filter (where status = 'running') as running,
          count(*) filter (where status = 'waiting') as waiting,
          min(created_at) filter (where status = 'queued') as oldest
        from runs where finished_at is null group by lane
      ), known as (
        select 'default' as lane union select lane from ready union select lane from active
        union select name from lanes
      )
      select known.lane as name,
        coalesce(ready.steps, 0) as "readySteps",
        coalesce(active.queued, 0) as "queuedRuns",
        coalesce(active.running, 0) as "runningRuns",
        coalesce(active.waiting, 0) as "waitingRuns",
        coalesce(greatest(0, extract(epoch from now() - least(ready.oldest, active.oldest))), 0)::float8
          as "oldestAgeSeconds",
        lanes.paused_at as "pausedAt"
      from known
        left join ready on ready.lane = known.lane
        left join active on active.lane = known.lane
        left join lanes on lanes.name = known.lane
      order by known.lane`,
  });
  return rows;
}

/** Pauses a lane or opens it again; runs that are held go on, nothing new is claimed. */
export async function setLanePaused(db: Queryable, name: string, paused: boolean): Promise<void> {
  await db.query({
    name: 'set-lane-paused',
    text: `
      insert into lanes (name, paused_at) values ($1, case when $2 then now() end)
      on conflict (name) do update set
        paused_at = case when $2 then coalesce(lanes.paused_at, now()) end`,
    values: [name, paused],
  });
}

/** Queued runs of a lane that was opened again, oldest first, to be woken. */
export async function findQueuedRuns(
  db: Queryable,
  lane: string,
  limit: number,
): Promise<{ runId: string; epoch: number }[]> {
  const { rows } = await db.query({
    name: 'find-queued-runs',
    text: `
      select id as "runId", epoch from runs
      where lane = $1 and finished_at is null and leased_until is null and status in ('queued', 'running')
      order by id limit $2`,
    values: [lane, limit],
  });
  return rows;
}

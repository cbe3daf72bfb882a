import type { Pool } from 'pg';

/** A killed worker process. PostgreSQL runs on the same machine, so both clocks agree. */
export interface Kill {
  pid: number;
  at: Date;
}

export interface Waits {
  /** Longest wait of a ready step for its start, including steps that still wait. */
  readyStepMs: number;
  /** Longest time from a worker's death until AIO recorded one of its attempts as lost. */
  takeoverMs: number;
  /** Longest wait of an accepted run for its first worker. */
  queuedRunMs: number;
}

export async function measureWaits(db: Pool, kills: readonly Kill[] = []): Promise<Waits> {
  const { rows } = await db.query<Record<keyof Waits, number | null>>(
    `select
       (select extract(epoch from max(coalesce(started_at, now()) - ready_at))::float8 * 1000
        from (
          select ready_at, started_at from step_attempts
          union all
          -- A step that is ready again still has the start of its last attempt.
          select ready_at, case when started_at >= ready_at then started_at end from steps
          where status = 'ready' or started_at >= ready_at
        ) as attempt) as "readyStepMs",
       (select extract(epoch from max(lost.finished_at - kill.at))::float8 * 1000
        from step_attempts as lost
          join workers on workers.id = lost.worker_id
          join unnest($1::int[], $2::timestamptz[]) as kill(pid, at)
            on kill.pid = workers.pid and kill.at between lost.started_at and lost.finished_at
        where lost.status = 'worker_lost') as "takeoverMs",
       (select extract(epoch from max(coalesce(started_at, finished_at, now()) - created_at))::float8 * 1000
        from runs) as "queuedRunMs"`,
    [kills.map((kill) => kill.pid), kills.map((kill) => kill.at)],
  );
  const [row] = rows;
  return {
    readyStepMs: row?.readyStepMs ?? 0,
    takeoverMs: row?.takeoverMs ?? 0,
    queuedRunMs: row?.queuedRunMs ?? 0,
  };
}

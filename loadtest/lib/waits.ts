import type { Pool } from 'pg';

/** A worker process that was killed, by the clock of the machine that PostgreSQL runs on too. */
export interface Kill {
  pid: number;
  at: Date;
}

export interface Waits {
  /** STUCK: the longest a ready step waited to be started, those that still wait included. */
  readyStepMs: number;
  /** The longest from a worker's death until a step that it ran was taken up by another. */
  takeoverMs: number;
  /** The longest an accepted run waited for its first worker. */
  queuedRunMs: number;
}

export async function measureWaits(db: Pool, kills: readonly Kill[] = []): Promise<Waits> {
  const { rows } = await db.query<Record<keyof Waits, number | null>>(
    `select
       (select extract(epoch from max(coalesce(started_at, now()) - ready_at))::float8 * 1000
        from (
          select ready_at, started_at from step_attempts
          union all
          -- A step that is ready once more still shows when its last attempt started.
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

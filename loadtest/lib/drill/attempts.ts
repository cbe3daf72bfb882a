import type { Pool } from 'pg';

export interface Attempt {
  attempt: number;
  status: string;
  code: string | null;
  /** Milliseconds by the database's clock. */
  startedAt: number;
  finishedAt: number;
}

/** All attempts of a finished step, oldest first. */
export async function readAttempts(db: Pool, runId: string, step: string): Promise<Attempt[]> {
  const { rows } = await db.query<Attempt>(
    `select attempt, status, error->>'code' as code,
       extract(epoch from started_at)::float8 * 1000 as "startedAt",
       extract(epoch from finished_at)::float8 * 1000 as "finishedAt"
     from (
       select attempt, status, error, started_at, finished_at from step_attempts
       where run_id = $1 and step = $2
       union all
       select attempt, status, error, started_at, finished_at from steps
       where run_id = $1 and step = $2 and iteration = -1
     ) as attempts order by attempt`,
    [runId, step],
  );
  return rows;
}

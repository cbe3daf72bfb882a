import type { Pool } from 'pg';

/** From a moment until a step was started again, in ms; NaN = none was. Both by this machine's clock. */
export async function firstStartAfter(db: Pool, since: Date): Promise<number> {
  const { rows } = await db.query<{ ms: number | null }>(
    `select extract(epoch from min(started_at) - $1::timestamptz)::float8 * 1000 as ms
     from (select started_at from steps union all select started_at from step_attempts) as attempt
     where started_at > $1`,
    [since],
  );
  return rows[0]?.ms ?? Number.NaN;
}

/**
 * From a moment until the last of the runs that had been accepted by then found a worker, in ms;
 * 0 = all had before, NaN = one never did.
 */
export async function backlogTakenAfter(db: Pool, since: Date): Promise<number> {
  const { rows } = await db.query<{ ms: number | null; never: number }>(
    `select extract(epoch from max(started_at) - $1::timestamptz)::float8 * 1000 as ms,
       count(*) filter (where started_at is null)::int as never
     from runs where created_at <= $1`,
    [since],
  );
  const [row] = rows;
  return row?.never === 0 ? Math.max(row.ms ?? 0, 0) : Number.NaN;
}

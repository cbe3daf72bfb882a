import type { Pool } from 'pg';

/** Milliseconds from `since` until the next start of a step; NaN = no step started. */
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
 * Milliseconds from `since` until workers had claimed all runs accepted before it; 0 = they had already, NaN = a
 * run is still unclaimed.
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

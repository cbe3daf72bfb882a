import type { Queryable } from '../queryable.ts';

/** Runs that are not finished, by status. */
export async function countActiveRuns(
  db: Queryable,
): Promise<{ queued: number; running: number; waiting: number }> {
  const { rows } = await db.query({
    name: 'count-active-runs',
    text: `
      select count(*) filter (where status = 'queued')::int as queued,
        count(*) filter (where status = 'running')::int as running,
        count(*) filter (where status = 'waiting')::int as waiting
      from runs where finished_at is null`,
  });
  return rows[0];
}

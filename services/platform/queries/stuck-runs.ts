import type { Queryable } from '../queryable.ts';

export interface StuckRuns {
  /** They want a worker and none has come. */
  unclaimed: number;
  /** Their worker's lease has run out, and they have not been offered to others. */
  leaseExpired: number;
  /** Their own time is up, and nobody has ended them. */
  overdue: number;
}

/** Many times what reconcilers and claims take: what is older is no matter of load. */
const PATIENCE_SECONDS = 60;

/**
 * Runs that have begun and that nobody works although somebody should. Queued runs are backlog, not
 * stuck; nor is what waits since the lane from which runs are claimed is paused.
 */
export async function countStuckRuns(db: Queryable): Promise<StuckRuns> {
  const long = `now() - interval '${PATIENCE_SECONDS} seconds'`;
  const { rows } = await db.query({
    name: 'count-stuck-runs',
    text: `
      select
        count(*) filter (where wanted_at < ${long})::int as unclaimed,
        count(*) filter (where wanted_at is null and status = 'running'
          and coalesce(leased_until, started_at) < ${long})::int as "leaseExpired",
        count(*) filter (where deadline_at < ${long} and (wanted_at is null or wanted_at >= ${long})
          and (leased_until is null or leased_until >= ${long}))::int as overdue
      from runs
      where finished_at is null and status in ('running', 'waiting')
        and not exists (select from lanes where name = 'default' and paused_at is not null)`,
  });
  return rows[0];
}

import type { Queryable } from '../queryable.ts';
import { isAlive } from './engine/leases.ts';

export interface StuckRuns {
  /** They want a worker and none has come. */
  unclaimed: number;
  /** Their worker's lease has run out, and they do not want another yet. */
  leaseExpired: number;
  /** Their own time is up, and nobody has ended them. */
  overdue: number;
}

/** Many times what reconcilers and claims take: what is older is no matter of load. */
const PATIENCE_SECONDS = 60;

/**
 * Runs that have begun and that nobody works although somebody should. Queued runs are backlog, not
 * stuck, also those of a paused workflow; nor is what waits since the lane from which runs are claimed is paused.
 */
export async function countStuckRuns(db: Queryable): Promise<StuckRuns> {
  const long = `now() - interval '${PATIENCE_SECONDS} seconds'`;
  const { rows } = await db.query({
    name: 'count-stuck-runs',
    text: `
      select
        count(*) filter (where wanted_at < ${long})::int as unclaimed,
        count(*) filter (where wanted_at is null and worker_id is not null and not is_held)::int as "leaseExpired",
        count(*) filter (where deadline_at < ${long} and (wanted_at is null or wanted_at >= ${long})
          and (worker_id is null or is_held))::int as overdue
      from runs r cross join lateral (
        select case
          when leased_until is null then ${isAlive('r.worker_id', long)}
          else leased_until >= ${long}
        end as is_held
      ) as lease
      where finished_at is null and status in ('running', 'waiting')
        and not exists (select from lanes where name = 'default' and paused_at is not null)`,
  });
  return rows[0];
}

import type { Queryable } from '../../postgres/queryable.ts';
import { isAlive } from '../engine/leases.ts';

export interface StuckRuns {
  /** Runs that want a worker, but no worker has claimed. */
  unclaimed: number;
  /** Runs whose worker's lease has ended, but that do not want another worker yet. */
  leaseExpired: number;
  /** Runs whose timeout has passed, but that no worker has ended. */
  overdue: number;
}

/** Much longer than reconcilers and claims take, so load does not explain an older run. */
const PATIENCE_SECONDS = 60;

/**
 * Counts started runs without a worker that should have one. Queued runs are backlog, not stuck. While the lane
 * `default` is paused, no run is stuck.
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
      from runs r cross join lateral (select ${isAlive('r.worker_id', long)} as is_held) as lease
      where finished_at is null and status in ('running', 'waiting')
        and not exists (select from lanes where name = 'default' and paused_at is not null)`,
  });
  return rows[0];
}

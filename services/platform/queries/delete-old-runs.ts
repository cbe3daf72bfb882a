import type { Queryable } from '../postgres/queryable.ts';
import { earliestIdOf } from './id-times.ts';

/** The tables of a run's rows, besides `runs`. */
const OF_RUNS = ['steps', 'step_attempts', 'step_logs', 'approvals', 'run_messages', 'event_waits'];

/**
 * Deletes up to `limit` runs that are older than `keepMs`, with all their rows, the oldest first. A run that has not ended
 * stays, and so does one of whose end its parent does not know yet.
 * @returns how many
 */
export async function deleteOldRuns(
  db: Queryable,
  { keepMs, limit }: { keepMs: number; limit: number },
): Promise<number> {
  const { rowCount } = await db.query({
    name: 'delete-old-runs',
    text: `
      with old as materialized (
        select id from runs
        where id < $1 and finished_at is not null and (parent_run_id is null or parent_told)
        order by id limit $2 for update skip locked
      ), ${OF_RUNS.map((table) => `of_${table} as (delete from ${table} where run_id in (select id from old))`).join(', ')}
      delete from runs where id in (select id from old)`,
    values: [earliestIdOf(new Date(Date.now() - keepMs)), limit],
  });
  return rowCount ?? 0;
}

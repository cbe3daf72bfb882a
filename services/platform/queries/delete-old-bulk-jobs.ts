import type { Queryable } from '../queryable.ts';

/** How long an ended bulk job is kept. */
const REMEMBERED_FOR = '7 days';

/** Deletes up to `limit` old bulk jobs and their results. @returns how many */
export async function deleteOldBulkJobs(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query({
    name: 'delete-old-bulk-jobs',
    text: `
      with old as materialized (
        select id from bulk_jobs where finished_at <= now() - interval '${REMEMBERED_FOR}'
        order by id limit $1 for update skip locked
      ), of_runs as (
        delete from bulk_runs where job_id in (select id from old)
      )
      delete from bulk_jobs where id in (select id from old)`,
    values: [limit],
  });
  return rowCount ?? 0;
}

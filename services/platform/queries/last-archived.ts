import type { Queryable } from '../queryable.ts';

/** When the server last sent a segment of its log to the archive, in seconds since 1970; null = it never has. */
export async function readLastArchived(db: Queryable): Promise<number | null> {
  const { rows } = await db.query({
    name: 'read-last-archived',
    text: 'select extract(epoch from last_archived_time)::float8 as archived from pg_stat_archiver',
  });
  return rows[0].archived;
}

import type { Queryable } from '../postgres/queryable.ts';

/** When the server last archived a segment of its log, in seconds since 1970; null = never. */
export async function readLastArchived(db: Queryable): Promise<number | null> {
  const { rows } = await db.query({
    name: 'read-last-archived',
    text: 'select extract(epoch from last_archived_time)::float8 as archived from pg_stat_archiver',
  });
  return rows[0].archived;
}

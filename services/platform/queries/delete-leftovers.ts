import type { Queryable } from '../queryable.ts';

/** Deletes up to `limit` messages of ended runs, and as many chunks of older code. */
export async function deleteLeftovers(db: Queryable, limit: number): Promise<void> {
  for (const table of ['run_messages', 'chunks']) {
    await db.query({
      name: 'delete-leftovers',
      variant: table,
      text: `
        delete from ${table} where ctid = any(array(
          select l.ctid from ${table} l join runs r on r.id = l.run_id
          where r.finished_at is not null limit $1 for update of l skip locked
        ))`,
      values: [limit],
    });
  }
}

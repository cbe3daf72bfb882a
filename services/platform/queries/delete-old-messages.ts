import type { Queryable } from '../queryable.ts';

/** Deletes up to `limit` messages of ended runs. */
export async function deleteOldMessages(db: Queryable, limit: number): Promise<void> {
  await db.query({
    name: 'delete-old-messages',
    text: `
      delete from run_messages where ctid = any(array(
        select m.ctid from run_messages m join runs r on r.id = m.run_id
        where r.finished_at is not null limit $1 for update of m skip locked
      ))`,
    values: [limit],
  });
}

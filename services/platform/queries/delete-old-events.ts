import type { Queryable } from '../queryable.ts';

/** How long a taken or expired event is kept. */
const REMEMBERED_FOR = '7 days';

/** Deletes up to `limit` old events. @returns how many */
export async function deleteOldEvents(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query({
    name: 'delete-old-events',
    text: `
      delete from events where ctid = any(array(
        select ctid from events where expires_at <= now() - interval '${REMEMBERED_FOR}'
        order by expires_at limit $1 for update skip locked
      ))`,
    values: [limit],
  });
  return rowCount ?? 0;
}

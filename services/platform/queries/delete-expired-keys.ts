import type { Queryable } from '../queryable.ts';

/** Deletes up to `limit` expired idempotency keys. @returns how many */
export async function deleteExpiredKeys(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query({
    name: 'delete-expired-keys',
    text: `
      delete from idempotency_keys where ctid = any(array(
        select ctid from idempotency_keys where expires_at <= now()
        order by expires_at limit $1 for update skip locked
      ))`,
    values: [limit],
  });
  return rowCount ?? 0;
}

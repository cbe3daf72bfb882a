import type { Queryable } from '../postgres/queryable.ts';

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

/** Deletes up to `limit` expired events. @returns how many */
export async function deleteExpiredEvents(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query({
    name: 'delete-expired-events',
    text: `
      delete from events where ctid = any(array(
        select ctid from events where expires_at <= now()
        order by expires_at limit $1 for update skip locked
      ))`,
    values: [limit],
  });
  return rowCount ?? 0;
}

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

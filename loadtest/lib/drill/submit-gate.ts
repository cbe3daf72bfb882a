import type { Pool } from 'pg';
import { waitUntil } from '../wait-until.ts';

/**
 * Blocks submissions in PostgreSQL right before their commit: locks the table of idempotency keys, so it blocks only
 * requests with an Idempotency-Key.
 */
export async function closeSubmitGate(db: Pool) {
  const connection = await db.connect();
  await connection.query('begin; lock table idempotency_keys in access exclusive mode');
  const count = async () =>
    (await db.query<{ count: number }>('select count(*)::int as count from runs')).rows[0]?.count ??
    0;
  const before = await count();
  return {
    /** Resolves when a submission is blocked. */
    async reached(withinMs: number): Promise<void> {
      await waitUntil('a submission waits for its commit', withinMs, async () => {
        const { rows } = await db.query(
          `select 1 from pg_stat_activity
           where application_name = 'aio-api' and wait_event_type = 'Lock'`,
        );
        return rows.length > 0;
      });
    },
    /** Lets submissions commit; resolves after the first commit. */
    async open(): Promise<void> {
      await connection.query('commit');
      connection.release();
      await waitUntil('a submission is committed', 5000, async () => (await count()) > before);
    },
  };
}

import type { Pool } from 'pg';
import { waitUntil } from '@aio/tools/system/wait-until';
import { countRows } from '../oracles/rows.ts';

/**
 * Blocks submissions in PostgreSQL right before their commit: locks the table of idempotency keys, so it blocks only
 * requests with an Idempotency-Key.
 * @param defer gets what opens the gate of an interrupted drill, so that the pool can end
 */
export async function closeSubmitGate(db: Pool, defer: (cleanUp: () => void) => void) {
  const connection = await db.connect();
  let isHeld = true;
  const release = () => {
    if (isHeld) connection.release(true);
    isHeld = false;
  };
  defer(release);
  await connection.query('begin; lock table idempotency_keys in access exclusive mode');
  const before = await countRows(db, 'runs');
  return {
    /** Resolves when a submission is blocked. */
    async reached(withinMs: number): Promise<void> {
      const waiting = `pg_stat_activity where application_name = 'aio-api' and wait_event_type = 'Lock'`;
      await waitUntil('a submission waits for its commit', withinMs, () => countRows(db, waiting));
    },
    /** Lets submissions commit; resolves after the first commit. */
    async open(): Promise<void> {
      await connection.query('commit');
      release();
      await waitUntil('a submission is committed', 5000, async () => {
        return (await countRows(db, 'runs')) > before;
      });
    },
  };
}

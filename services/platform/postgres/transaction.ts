import type { Pool } from './pool.ts';
import type { Queryable } from './queryable.ts';

/**
 * Runs `work` in a transaction (read committed). Commits when it resolves, rolls back when it throws. If the commit
 * fails with AioError `unavailable`, it may still have taken effect.
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (db: Queryable) => Promise<Result>,
): Promise<Result> {
  const connection = await pool.connect();
  try {
    await connection.query({ name: 'begin', text: 'begin', prepare: false });
    const result = await work(connection);
    await connection.query({ name: 'commit', text: 'commit', prepare: false });
    return result;
  } catch (error) {
    // Only fails on a broken connection, whose transaction the server rolls back.
    await connection.query({ name: 'rollback', text: 'rollback', prepare: false }).catch(() => {});
    throw error;
  } finally {
    connection.release();
  }
}

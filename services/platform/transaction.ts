import type { Pool } from './pool.ts';
import type { Queryable } from './queryable.ts';

/**
 * Runs `work` in one transaction (read committed): committed when it resolves, rolled back when it
 * throws. AioError `unavailable` out of the commit leaves open whether it was carried out.
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
    // Fails only with a broken connection, whose transaction the server rolls back itself.
    await connection.query({ name: 'rollback', text: 'rollback', prepare: false }).catch(() => {});
    throw error;
  } finally {
    connection.release();
  }
}

import { Pool } from 'pg';

export type Database = Pool;

/** A pool for oracles. It survives a server that is restarted under it; queries meanwhile reject. */
export function openDatabase(url: string): Database {
  const pool = new Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 5000 });
  // Without a listener the end of an idle connection ends the process.
  pool.on('error', () => {});
  return pool;
}

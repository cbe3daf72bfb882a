import { Client, type ClientConfig, Pool } from 'pg';

export type Database = Pool;

/**
 * A pool for oracles. It survives a restart of the server; queries during the restart reject.
 * @param url a function is called for each connection, because a failover changes the URL
 */
export function openDatabase(url: string | (() => string)): Database {
  const urlNow = typeof url === 'string' ? () => url : url;
  class NextClient extends Client {
    constructor(config?: ClientConfig) {
      super({ ...config, connectionString: urlNow() });
    }
  }
  const pool = new Pool({ Client: NextClient, max: 4, connectionTimeoutMillis: 5000 });
  // Without a listener, the loss of an idle connection would end this process.
  pool.on('error', () => {});
  return pool;
}

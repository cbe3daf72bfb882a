import { Client, type ClientConfig, Pool } from 'pg';

export type Database = Pool;

/**
 * A pool for oracles. It survives a server that is restarted under it; queries meanwhile reject.
 * @param url asked for each connection: after a failover it may be another
 */
export function openDatabase(url: string | (() => string)): Database {
  const urlNow = typeof url === 'string' ? () => url : url;
  class NextClient extends Client {
    constructor(config?: ClientConfig) {
      super({ ...config, connectionString: urlNow() });
    }
  }
  const pool = new Pool({ Client: NextClient, max: 4, connectionTimeoutMillis: 5000 });
  // Without a listener the end of an idle connection ends the process.
  pool.on('error', () => {});
  return pool;
}

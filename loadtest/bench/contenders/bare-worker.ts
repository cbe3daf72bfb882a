/**
 * A worker's way of a run and nothing else of it: told of one, it commits that the run has ended, as soon as
 * its row is there. Arguments: URL of the database, Redis URL, channel.
 */

import { Redis } from 'ioredis';
import { Pool } from 'pg';

const [databaseUrl = '', url = '', channel = ''] = process.argv.slice(2);
const db = new Pool({ connectionString: databaseUrl });
const redis = new Redis(url);

async function work(id: string): Promise<void> {
  let isThere = false;
  while (!isThere) {
    const { rowCount } = await db.query({
      name: 'update',
      text: 'update bare_runs set ended_at = now() where id = $1',
      values: [id],
    });
    isThere = rowCount === 1;
  }
}

await redis.subscribe(channel);
redis.on('message', (_channel, id: string) => void work(id));
process.send?.({ ready: true });
process.once('SIGTERM', () => {
  redis.disconnect();
  void db.end().then(() => process.exit());
});

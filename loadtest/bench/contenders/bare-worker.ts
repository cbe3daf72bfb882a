/**
 * A worker's way of a run and nothing else of it: woken by BullMQ, it commits that the run has ended.
 * Arguments: URL of the database, Redis URL, queue.
 */

import { Worker } from 'bullmq';
import { Pool } from 'pg';

const [databaseUrl = '', url = '', name = ''] = process.argv.slice(2);
const db = new Pool({ connectionString: databaseUrl });
const worker = new Worker<{ id: string }>(
  name,
  ({ data: { id } }) =>
    db.query({
      name: 'update',
      text: 'update bare_runs set ended_at = now() where id = $1',
      values: [id],
    }),
  { connection: { url, maxRetriesPerRequest: null } },
);
worker.on('error', (error) => console.error(error.message));
await worker.waitUntilReady();
process.send?.({ ready: true });
process.once('SIGTERM', () => {
  void worker
    .close()
    .then(() => db.end())
    .then(() => process.exit());
});

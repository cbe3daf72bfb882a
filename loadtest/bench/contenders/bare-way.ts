import { openDatabase } from '../../lib/database.ts';
import { createBatchClient } from './batch-client.ts';
import type { Contender } from './contender.ts';
import { createLookForEnd } from './look-for-end.ts';
import { waitForEnd } from './wait-for-end.ts';
import { startWorkerProcess } from './worker-process.ts';

const CHANNEL = 'bare';

const lookForEnd = createLookForEnd('select from bare_runs where id = $1 and ended_at is not null');

/**
 * The least that a run takes that is accepted over HTTP, kept by PostgreSQL before the answer and worked
 * by another process: one request, two commits, one word from process to process beside the first of them. No
 * steps, no lease, no check of anything.
 */
export async function startBareWay(options: {
  name: string;
  databaseUrl: string;
  redisUrl: string;
}): Promise<Contender & { stop(): Promise<void> }> {
  const { name, databaseUrl, redisUrl } = options;
  const db = openDatabase(databaseUrl);
  await db.query(`
    create table bare_runs (
      id uuid primary key, created_at timestamptz default now(), ended_at timestamptz
    )`);
  const args = [databaseUrl, redisUrl, CHANNEL];
  const worker = await startWorkerProcess('bare-worker.ts', args);
  const api = await startWorkerProcess('bare-api.ts', args);
  const client = createBatchClient(`http://127.0.0.1:${api.port}`, async () => 'none');
  return {
    name,
    workerPids: () => [worker.pid],
    async work() {
      const connection = await db.connect();
      try {
        const startedAt = performance.now();
        const id = await client.submitOne('bare');
        await waitForEnd(() => lookForEnd(connection, id), { closely: true });
        return performance.now() - startedAt;
      } finally {
        connection.release();
      }
    },
    async stop() {
      client.close();
      await Promise.all([api.stop(), worker.stop()]);
      await db.end();
    },
  };
}

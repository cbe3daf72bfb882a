/**
 * The API's way of a run and nothing else of it: a request, one row committed, a wake-up sent.
 * Arguments: URL of the database, Redis URL, queue. Sends the port that it listens on.
 */

import { Queue } from 'bullmq';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';

const [databaseUrl = '', url = '', name = ''] = process.argv.slice(2);
const db = new Pool({ connectionString: databaseUrl });
const queue = new Queue(name, { connection: { url, maxRetriesPerRequest: null } });
await queue.waitUntilReady();

const server = createServer(async (request, response) => {
  request.resume();
  const { rows } = await db.query<{ id: string }>({
    name: 'insert',
    text: 'insert into bare_runs default values returning id',
  });
  const id = rows[0]?.id;
  void queue.add('wake-up', { id }, { removeOnComplete: true });
  response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ id }));
});
server.listen(0, '127.0.0.1', () =>
  process.send?.({ ready: true, port: (server.address() as AddressInfo).port }),
);
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close();
  void Promise.all([queue.close(), db.end()]).then(() => process.exit());
});

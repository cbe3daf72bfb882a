/**
 * The API's way of a run and nothing else of it: a request, one row committed, a word to the worker beside it.
 * Arguments: URL of the database, Redis URL, channel. Sends the port that it listens on.
 */

import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';

const [databaseUrl = '', url = '', channel = ''] = process.argv.slice(2);
const db = new Pool({ connectionString: databaseUrl });
const redis = new Redis(url);

const server = createServer(async (request, response) => {
  request.resume();
  const id = randomUUID();
  void redis.publish(channel, id);
  await db.query({ name: 'insert', text: 'insert into bare_runs (id) values ($1)', values: [id] });
  response.statusCode = 202;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ id }));
});
server.listen(0, '127.0.0.1', () =>
  process.send?.({ ready: true, port: (server.address() as AddressInfo).port }),
);
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close();
  void Promise.all([redis.quit(), db.end()]).then(() => process.exit());
});

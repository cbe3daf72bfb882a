import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { isUnavailable, sqlStateOf } from '../postgres/database-error.ts';
import { createPool, type PoolObserver, type PoolOptions } from '../postgres/pool.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { createTestDatabase } from '../testing/database.ts';
import { startTcpPath } from '../testing/tcp-path.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { pluck } from '../testing/pluck.ts';

const ONE = { name: 'one', text: 'select 1 as one' };

test('pool', async (t) => {
  const database = await createTestDatabase(t);

  function open(
    t: { after(close: () => Promise<void>): void },
    options: Partial<PoolOptions> = {},
  ) {
    const pool = createPool({ databaseUrl: database.url, applicationName: 'pool', ...options });
    t.after(() => pool.close());
    return pool;
  }

  await t.test('returns numbers, dates and parsed JSON', async (t) => {
    const { rows } = await open(t).query({
      name: 'types',
      text: `
        select 9007199254740991::int8 as safe, 9007199254740993::int8 as unsafe,
          '{"a":[1]}'::json as json, '{"a":[1]}'::json::text as text,
          timestamptz '2026-01-02 03:04:05.678Z' as time`,
    });
    assert.deepEqual(rows, [
      {
        safe: 9007199254740991,
        unsafe: '9007199254740993',
        json: { a: [1] },
        text: '{"a":[1]}',
        time: new Date('2026-01-02T03:04:05.678Z'),
      },
    ]);
  });

  await t.test('an error of the server keeps its code and its connection', async (t) => {
    const pool = open(t, { max: 1 });
    const backend = async () =>
      (await pool.query({ name: 'pid', text: 'select pg_backend_pid() as pid' })).rows[0].pid;
    const before = await backend();
    const failed = pool.query({ name: 'zero', text: 'select 1 / 0' });
    await assert.rejects(failed, (error) => sqlStateOf(error) === '22012' && !isUnavailable(error));
    assert.equal(await backend(), before);
  });

  await t.test('counts disk-full errors, also on a single connection', async (t) => {
    const pool = open(t);
    const full = {
      name: 'full',
      text: `do $$ begin raise exception 'full' using errcode = '53100'; end $$`,
      prepare: false,
    };
    await assert.rejects(pool.query({ ...full, text: full.text.replace('53100', '22000') }));
    assert.equal(pool.diskFullErrors(), 0);
    await assert.rejects(pool.query(full), isUnavailable);
    const connection = await pool.connect();
    await assert.rejects(connection.query(full), isUnavailable);
    connection.release();
    assert.equal(pool.diskFullErrors(), 2);
  });

  await t.test('cancels a slow statement and keeps its connection', async (t) => {
    const pool = open(t, { max: 1, statementTimeoutMs: 500 });
    await assert.rejects(pool.query({ name: 'sleep', text: 'select pg_sleep(30)' }), isUnavailable);
    assert.deepEqual((await pool.query(ONE)).rows, [{ one: 1 }]);
  });

  await t.test('reports a database that is down as unavailable, with the cause', async (t) => {
    const pool = open(t, { databaseUrl: 'postgresql://aio:x@127.0.0.1:1/none' });
    await assert.rejects(pool.query(ONE), (error: Error) => {
      return isUnavailable(error) && /ECONNREFUSED/.test((error.cause as Error).message);
    });
    await assert.rejects(
      inTransaction(pool, (db) => db.query(ONE)),
      isUnavailable,
    );
  });

  await t.test('replaces connections that the server cut', async (t) => {
    const errors: Error[] = [];
    const name = `${database.name}_cut`;
    const pool = open(t, { applicationName: name, max: 2, onError: (error) => errors.push(error) });
    await Promise.all([pool.query(ONE), pool.query(ONE)]);
    await database.pool.query({
      name: 'cut',
      text: 'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
      values: [name],
    });
    await waitUntil(() => errors.length === 2, { what: 'both cuts are noticed' });
    assert.deepEqual((await pool.query(ONE)).rows, [{ one: 1 }]);
  });

  await t.test('gives up and replaces a connection without answers', async (t) => {
    const path = await startTcpPath(database.url);
    t.after(() => path.close());
    const databaseUrl = path.through(database.url);
    const pool = open(t, { databaseUrl, max: 1, queryTimeoutMs: 300, connectTimeoutMs: 300 });
    const answers = () => waitUntil(() => pool.query(ONE), { what: 'it answers' });
    await answers();
    await path.set('cut');
    await assert.rejects(pool.query(ONE), isUnavailable);
    await assert.rejects(pool.query(ONE), isUnavailable);
    await path.set('open');
    assert.deepEqual((await answers()).rows, [{ one: 1 }]);
    assert.equal(pool.connections().active, 0);
  });

  await t.test('a process that stood still does not report its database as down', async (t) => {
    const pool = open(t, { max: 1, connectTimeoutMs: 300 });
    const answers = Promise.all([pool.query(ONE), pool.query(ONE)]);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
    assert.deepEqual(pluck(await answers, 'rows'), [[{ one: 1 }], [{ one: 1 }]]);
  });

  /** Options with an observer that records its calls. */
  function listen() {
    const seen: string[] = [];
    const note = (name: string) => (error?: unknown, sqlState?: string) =>
      void seen.push(`${name}: ${error === undefined ? 'ok' : (sqlState ?? 'failed')}`);
    const observe = (): PoolObserver => ({
      query: ({ name }) => note(name),
      wait: () => note('connection'),
    });
    return { seen, observe };
  }

  await t.test('observes each query once, with name and end', async (t) => {
    const { seen, observe } = listen();
    const pool = open(t, { observe });
    await pool.query(ONE);
    await pool.query({ name: 'zero', text: 'select 1 / 0' }).catch(() => undefined);
    await inTransaction(pool, (db) => db.query(ONE));
    const queries = ['one: ok', 'zero: 22012', 'begin: ok', 'one: ok', 'commit: ok'];
    assert.deepEqual(seen, ['connection: ok', ...queries]);
  });

  await t.test('observes a wait for a connection, apart from the query', async (t) => {
    const { seen, observe } = listen();
    const pool = open(t, { observe, max: 1 });
    const connection = await pool.connect();
    const waiting = pool.query(ONE);
    await connection.query({ name: 'before', text: 'select 2' });
    assert.deepEqual(seen, ['connection: ok', 'before: ok']);
    connection.release();
    await waiting;
    assert.deepEqual(seen.slice(2), ['connection: ok', 'one: ok']);
  });

  await t.test('observes a failed connection with its error', async (t) => {
    const { seen, observe } = listen();
    const pool = open(t, { observe, databaseUrl: 'postgresql://aio:x@127.0.0.1:1/none' });
    await assert.rejects(pool.query(ONE), isUnavailable);
    assert.deepEqual(seen, ['connection: failed']);
    assert.deepEqual(pool.server, { host: '127.0.0.1', port: 1, database: 'none' });

    const elsewhere = new URL(database.url);
    elsewhere.pathname = '/no-such-database';
    await assert.rejects(open(t, { observe, databaseUrl: elsewhere.href }).query(ONE));
    assert.deepEqual(seen.slice(1), ['connection: 3D000']);
  });
});

/** One message of PostgreSQL's protocol. */
function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

test('survives a server that closes a connection right after opening it', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      const fields =
        'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0';
      const answer = [
        message('R', Buffer.alloc(4)),
        message('Z', Buffer.from('I')),
        message('E', Buffer.from(fields)),
      ];
      socket.end(Buffer.concat(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const pool = createPool({
    databaseUrl: `postgresql://aio:x@127.0.0.1:${port}/aio`,
    applicationName: 'pool',
  });
  t.after(() => pool.close());
  await assert.rejects(pool.query(ONE), isUnavailable);
});

test('refuses a statement name that the server would cut', async (t) => {
  const database = await createTestDatabase(t);
  const pool = createPool({ databaseUrl: database.url, applicationName: 'pool' });
  t.after(() => pool.close());
  const name = 'x'.repeat(60);
  await assert.rejects(pool.query({ ...ONE, name, variant: 'abc' }), /too long/);
  assert.deepEqual((await pool.query({ ...ONE, name, variant: 'ab' })).rows, [{ one: 1 }]);
});

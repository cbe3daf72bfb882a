import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { createTestDatabase } from '@aio/platform/testing/database';
import Koa from 'koa';
import { Pool } from 'pg';
import { prepareStop } from '../graceful-stop.ts';
import { idempotency, pgIdempotencyStore } from '../idempotency.ts';
import { listen } from '../listen.ts';

const TABLE = `create table kit.idempotency_keys (
  scope text, key text, request_hash text not null, claim_id uuid not null,
  answer json, expires_at timestamptz not null, primary key (scope, key)
)`;

/** A Koa service with keys in PostgreSQL. `handle` does its work. */
async function start(t: TestContext, handle: Koa.Middleware, { claimMs = 600_000 } = {}) {
  const { url } = await createTestDatabase(t);
  const pool = new Pool({ connectionString: url });
  // The database is dropped before the pool ends.
  pool.on('error', () => undefined);
  await pool.query(`create schema kit; ${TABLE}`);
  const store = pgIdempotencyStore(pool, { table: 'kit.idempotency_keys', claimMs });
  const failures: unknown[] = [];
  const app = new Koa();
  app.silent = true;
  app.use(async (ctx, next) => {
    // As koa-bodyparser does.
    Object.assign(ctx.request, { rawBody: await text(ctx.req) });
    await next();
  });
  app.use(
    idempotency<Koa.Context>({
      store,
      scopeOf: (ctx) => ctx.get('X-User'),
      onError: (error) => failures.push(error),
    }),
  );
  app.use(handle);
  const server = createServer(app.callback());
  const stop = prepareStop(server);
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await stop.close(0);
    await pool.end();
  });

  async function post(key: string, { path = '/orders', body = '{"n":1}', user = 'ann' } = {}) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'idempotency-key': key, 'x-user': user },
      body,
    });
    const { status, headers } = response;
    return { status, headers, body: Buffer.from(await response.arrayBuffer()) };
  }
  return { post, pool, failures };
}

test('20 concurrent POSTs with one key are one execution', async (t) => {
  let executions = 0;
  const gate = Promise.withResolvers<void>();
  const { post, failures } = await start(t, async (ctx) => {
    executions += 1;
    await gate.promise;
    ctx.status = 201;
    ctx.set({ Location: `/orders/${executions}`, 'X-Other': 'not kept' });
    ctx.body = { id: executions };
  });
  let settled = 0;
  const all = Array.from({ length: 20 }, () => post('k1').finally(() => (settled += 1)));
  // The others get their answers while the first is executed.
  while (settled < 19) await new Promise(setImmediate);
  gate.resolve();
  const answers = await Promise.all(all);
  assert.equal(executions, 1);
  const busy = answers.filter(({ status }) => status === 409);
  assert.equal(busy.length, 19);
  assert.equal(busy[0]?.headers.get('retry-after'), '1');
  assert.equal(busy[0]?.headers.get('content-type'), 'application/problem+json');

  const again = await post('k1');
  assert.equal(again.status, 201);
  assert.equal(again.headers.get('location'), '/orders/1');
  assert.equal(again.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.equal(again.headers.get('x-other'), null);
  assert.equal(String(again.body), '{"id":1}');
  assert.equal(executions, 1);

  for (const other of [{ path: '/refunds' }, { path: '/orders?x=1' }, { body: '{"n":2}' }]) {
    const { status, body } = await post('k1', other);
    assert.equal(status, 422);
    assert.match(String(body), /another request/);
  }
  assert.equal((await post('k1', { user: 'bob' })).status, 201, 'keys of another caller');
  assert.equal(executions, 2);
  assert.equal((await post('x'.repeat(256))).status, 400);
  assert.deepEqual(failures, []);
});

test('failures are not stored, other answers are as they were', async (t) => {
  const given: [number, unknown][] = [];
  const { post, failures } = await start(t, (ctx) => {
    const [status, body] = given.shift() ?? [500, 'executed again'];
    if (body instanceof Error) throw body;
    ctx.status = status;
    ctx.body = body;
  });
  given.push([200, new Error('oops')], [503, 'away'], [429, 'slow down'], [200, 'done']);
  for (const status of [500, 503, 429, 200, 200]) assert.equal((await post('k')).status, status);

  const bytes = Buffer.from([0, 255, 10]);
  for (const [key, status, body] of [
    ['bytes', 200, bytes],
    ['none', 204, null],
    ['refused', 404, 'no such order'],
  ] as const) {
    given.push([status, body]);
    const [first, second] = [await post(key), await post(key)];
    assert.equal(second.status, status);
    assert.deepEqual(second.body, first.body);
    assert.equal(second.headers.get('content-type'), first.headers.get('content-type'));
  }

  given.push([200, Readable.from(['a stream'])]);
  assert.equal((await post('stream')).status, 500);
  assert.deepEqual(failures, []);
});

test('a key expires, and so does the claim of a process that died', async (t) => {
  let executions = 0;
  const gate = Promise.withResolvers<void>();
  const { post, pool, failures } = await start(t, async (ctx) => {
    executions += 1;
    const nth = executions;
    if (nth === 1) await gate.promise;
    ctx.body = String(nth);
  });
  const expire = () =>
    pool.query("update kit.idempotency_keys set expires_at = now() - interval '1 second'");
  const first = post('k');
  while (executions === 0) await new Promise(setImmediate);
  assert.equal((await post('k')).status, 409);
  await expire();
  assert.equal(String((await post('k')).body), '2');
  gate.resolve();
  assert.equal(String((await first).body), '1', 'its client gets its answer');
  assert.match(String(failures[0]), /took longer than the claim/);
  assert.equal(String((await post('k')).body), '2', 'but it does not replace the stored one');
  await expire();
  assert.equal((await post('k', { body: 'other' })).status, 200);
  assert.equal(executions, 3);
});

test('a table name with other characters is refused', () => {
  assert.throws(() => pgIdempotencyStore({} as never, { table: 'a; drop table b' }), TypeError);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { TEST_DATABASE_URL } from '@aio/platform/testing/servers';
import { Pool, Query } from 'pg';
import { observePool } from '../observe-pg.ts';
import { createSpans } from '../spans.ts';
import { contextFromTraceparent } from '../trace-context.ts';
import { collectSpans, contentOf, edgesOf } from '../testing/collect-spans.ts';

const collected = collectSpans();
const spans = createSpans({ scope: 'test' });
const REQUEST = { method: 'GET', headers: {} };
const { hostname, port, pathname } = new URL(TEST_DATABASE_URL);
const SERVER = {
  'db.system.name': 'postgresql',
  'db.namespace': pathname.slice(1),
  'server.address': hostname,
  'server.port': Number(port || 5432),
};

async function open(t: TestContext, { max = 10, isWarm = true } = {}): Promise<Pool> {
  const pool = observePool(new Pool({ connectionString: TEST_DATABASE_URL, max }), {
    scope: 'test',
  });
  t.after(() => pool.end());
  if (isWarm) await pool.query('select 1');
  return pool;
}

/** The spans of a request, without its own. */
async function requested(work: () => Promise<unknown>) {
  await spans.inServerSpan(REQUEST, async () => void (await work()));
  const found = await collected.take('GET');
  return { edges: edgesOf(found.filter(({ name }) => name !== 'GET')), found };
}

test('a query is a client span; a prepared statement names it', async (t) => {
  const pool = await open(t);
  const { found } = await requested(async () => {
    const { rows } = await pool.query('select relname from pg_class limit $1', [1]);
    assert.equal(rows.length, 1);
    await pool.query({ name: 'find-type', text: 'select from pg_type where typname = $1' }, ['a']);
  });
  assert.deepEqual(
    found.map(({ name }) => name),
    ['SELECT pg_class', 'find-type', 'GET'],
  );
  assert.equal(found[0]?.kind, 2);
  assert.deepEqual(found[0]?.attributes, {
    ...SERVER,
    'db.query.summary': 'SELECT pg_class',
    'db.operation.name': 'SELECT',
    'db.collection.name': 'pg_class',
  });
});

test('a failed query has its SQLSTATE, but neither message nor values', async (t) => {
  const pool = await open(t);
  const { found } = await requested(() =>
    assert.rejects(pool.query("select 'canary'::int from pg_class where relname = $1", ['canary'])),
  );
  const [query] = found;
  assert.equal(query?.status.code, SpanStatusCode.ERROR);
  assert.equal(query.attributes['db.response.status_code'], '22P02');
  assert.equal(query.attributes['error.type'], '22P02');
  assert.doesNotMatch(contentOf(found), /canary/);
});

test('waits for a connection are spans, and each query stays in its own trace', async (t) => {
  const pool = await open(t, { max: 1, isWarm: false });
  const sleeps = Array.from({ length: 3 }, () =>
    spans.inServerSpan(REQUEST, () => pool.query('select pg_sleep(0.01)')),
  );
  await Promise.all(sleeps);
  const found = await collected.take('GET', 3);
  assert.deepEqual(edgesOf(found), [
    ...Array.from({ length: 3 }, () => '- > GET'),
    ...Array.from({ length: 3 }, () => 'GET > SELECT'),
    ...Array.from({ length: 3 }, () => 'GET > acquire connection'),
  ]);
  const parents = found.filter(({ name }) => name === 'SELECT').map((s) => s.parentSpanContext);
  assert.equal(new Set(parents.map((above) => above?.spanId)).size, 3);
});

test('a failed connection is a failed wait', async () => {
  const url = new URL(TEST_DATABASE_URL);
  url.pathname = '/there_is_no_such_database';
  const pool = observePool(new Pool({ connectionString: url.href }), { scope: 'test' });
  const { found } = await requested(() => assert.rejects(pool.query('select 1')));
  await pool.end();
  assert.equal(found[0]?.name, 'acquire connection');
  assert.equal(found[0].attributes['db.response.status_code'], '3D000');
});

test('callbacks work as before and keep the context of the caller', async (t) => {
  const pool = await open(t);
  const { edges } = await requested(async () => {
    const active = trace.getActiveSpan();
    await new Promise<void>((resolve, reject) => {
      pool.connect((error, client, release) => {
        if (error || !client) return reject(error);
        client.query('select $1::int as one from pg_class limit 1', [1], (failure, result) => {
          release();
          assert.equal(trace.getActiveSpan(), active);
          if (failure) reject(failure);
          else resolve(assert.equal(result.rows[0].one, 1));
        });
      });
    });
    await promisify((done: (error: Error) => void) => pool.query('select 2', done))();
  });
  assert.deepEqual(edges, ['- > SELECT', '- > SELECT pg_class']);
});

test('what `pg` calls Submittable, and a callback in a configuration, pass untouched', async (t) => {
  const pool = await open(t);
  const { edges } = await requested(async () => {
    const client = await pool.connect();
    const submitted = client.query(new Query('select 1 as one'));
    const rows: unknown[] = [];
    submitted.on('row', (row) => rows.push(row));
    await once(submitted, 'end');
    assert.deepEqual(rows, [{ one: 1 }]);
    await new Promise((callback) => {
      client.query({ text: 'select 2', callback } as { text: string });
    });
    // @ts-expect-error `pg` refuses it
    assert.throws(() => client.query(null), TypeError);
    client.release();
  });
  assert.deepEqual(edges, []);
});

test('without a sampled parent there are no spans', async (t) => {
  const pool = await open(t);
  await pool.query('select 1');
  const unsampled = contextFromTraceparent(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`);
  await context.with(unsampled, () => pool.query('select 2'));
  const { edges } = await requested(() => pool.query('select 3'));
  assert.deepEqual(edges, ['- > SELECT']);
});

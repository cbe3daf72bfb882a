import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { CHAIN, MAP } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { startTraced } from '../../../testing/start-traced.ts';

const RUNS = '/api/v1/workflows/chain/runs';
const BATCH = `${RUNS}/batch`;

const run = (n: unknown, idempotencyKey?: string) => ({
  input: { n },
  ...(idempotencyKey !== undefined && { idempotencyKey }),
});

test('a batch of runs', async (t) => {
  const api = await startTestApi(t);
  await api.post('/api/v1/workflows', CHAIN);
  await api.post('/api/v1/workflows', MAP);

  const countRuns = async (): Promise<number> =>
    (await api.query('select count(*)::int as n from runs'))[0].n;
  const idsOf = (body: { items: object[] }) => pluck(body.items, 'id');
  async function assertNothingAccepted(send: () => Promise<void>): Promise<void> {
    const before = await countRuns();
    await send();
    assert.equal(await countRuns(), before);
  }

  await t.test('accepts runs in order, and queues each', async () => {
    const numbers = Array.from({ length: 500 }, (_, n) => n);
    const { status, body } = await api.post(BATCH, { runs: numbers.map((n) => run(n)) });
    assert.equal(status, 202);
    const replayed = new Set(pluck(body.items, 'replayed'));
    assert.deepEqual([body.items.length, replayed], [500, new Set([false])]);
    const rows = await api.query(
      `select (input ->> 'n')::int as n from runs join unnest($1::uuid[]) with ordinality
         as asked(id, place) using (id)
       where status = 'queued' and steps_total = 3 and deadline_at is not null order by place`,
      [idsOf(body)],
    );
    assert.deepEqual(pluck(rows, 'n'), numbers);
    assert.equal((await api.get('/api/v1/queues')).body[0].queuedRuns, 500);
    assert.equal(await api.sample('aio_runs_submitted_total{workflow="chain"}'), 500);
  });

  await t.test('accepts a version, and runs without input', async () => {
    const each = '/api/v1/workflows/each/runs/batch';
    assert.equal((await api.post(each, { version: 1, runs: [{}, {}] })).status, 202);
    assert.equal((await api.post(each, { version: 2, runs: [{}] })).status, 404);
    assert.equal((await api.post('/api/v1/workflows/none/runs/batch', { runs: [{}] })).status, 404);
  });

  await t.test('refuses all runs if one input is invalid', () =>
    assertNothingAccepted(async () => {
      const runs = [run(1, 'good'), run('x'), run(2), { input: { n: 1, extra: 1 } }, {}];
      const { status, body } = await api.post(BATCH, { runs });
      assert.equal(status, 422);
      assert.deepEqual(pluck(body.errors, 'pointer', 'rule'), [
        ['/runs/1/input/n', 'type'],
        ['/runs/3/input/extra', 'unknown_field'],
        ['/runs/4/input', 'required'],
      ]);
    }),
  );

  await t.test('reports at most a hundred faults', async () => {
    const runs = Array.from({ length: 500 }, () => run('x'));
    assert.equal((await api.post(BATCH, { runs })).body.errors.length, 100);
  });

  await t.test('has 1 to 500 runs, inputs of the size of a single one, and 4 MiB', () =>
    assertNothingAccepted(async () => {
      const refused = async (body: unknown, status: number, pointer?: string) => {
        const answer = await api.post(BATCH, body);
        assert.equal(answer.status, status);
        assert.equal(answer.body.errors?.[0].pointer, pointer);
      };
      await refused({ runs: [] }, 422, '/runs');
      await refused({ runs: Array.from({ length: 501 }, () => run(1)) }, 422, '/runs');
      await refused({}, 422, '');
      await refused({ runs: [run(1, '')] }, 422, '/runs/0/idempotencyKey');
      await refused({ runs: [{ input: { n: 1 }, key: 'x' }] }, 422, '/runs/0/key');
      await refused({ runs: [run(1), { input: { n: '\0' } }] }, 422, '/runs/1/input/n');
      const large = 'x'.repeat(1024 * 1024);
      await refused({ runs: [run(1), { input: large }] }, 422, '/runs/1/input');
      await refused({ runs: Array.from({ length: 5 }, () => ({ input: large })) }, 413);
    }),
  );

  await t.test('can be repeated: a key means one run, in a batch or alone', async () => {
    const alone = await api.post(RUNS, { input: { n: 1 } }, { 'idempotency-key': 'alone' });
    const runs = [run(1, 'alone'), run(2, 'two'), run(3), run(2, 'two')];
    const first = await api.post(BATCH, { runs });
    assert.deepEqual(pluck(first.body.items, 'replayed'), [true, false, false, true]);
    const [alonesId, two, , twoAgain] = idsOf(first.body);
    assert.equal(alonesId, alone.body.id);
    assert.equal(two, twoAgain);

    const again = await api.post(BATCH, { runs });
    assert.deepEqual(pluck(again.body.items, 'replayed'), [true, true, false, true]);
    assert.equal(idsOf(again.body)[1], two);
    const single = await api.post(RUNS, { input: { n: 2 } }, { 'idempotency-key': 'two' });
    assert.equal(single.body.id, two);
  });

  await t.test('is refused if a key was used before, and uses no other key', () =>
    assertNothingAccepted(async () => {
      const runs = [run(9, 'fresh'), run(9, 'alone'), run(8, 'fresh'), run(9)];
      const { status, body } = await api.post(BATCH, { runs });
      assert.deepEqual([status, body.code], [409, 'idempotency_conflict']);
      const pointers = ['/runs/1/idempotencyKey', '/runs/2/idempotencyKey'];
      assert.deepEqual(pluck(body.errors, 'pointer'), pointers);
      const used = await api.query(`select from idempotency_keys where key = 'fresh'`);
      assert.equal(used.length, 0);
    }),
  );
});

test('each run of a batch has its own trace, linked to the request', async (t) => {
  const { api, collector } = await startTraced(t);
  await api.post('/api/v1/workflows', CHAIN);

  const traceId = 'c'.repeat(32);
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  const { body } = await api.post(BATCH, { runs: [run(1), run(2)] }, { traceparent });
  // There is a span for the wait if no connection was free.
  const namesOf = (spans: { name: string }[]) =>
    spans.map(({ name }) => name).filter((name) => name !== 'acquire connection');
  const spans = await collector.waitForSpans(traceId, (received) => namesOf(received).length >= 5);
  const server = collector.assertOneTree(traceId, { clientSpanId: 'b7ad6b7169203331' });
  assert.equal(server.name, 'POST /api/v1/workflows/{name}/runs/batch');
  const own = ['find-version', 'load-definition', 'send runs', 'submit-runs'];
  assert.deepEqual(namesOf(spans).toSorted(), [server.name, ...own]);
  const text = 'select traceparent, parent_span_id from runs where id = any($1)';
  const rows = await api.query(text, [pluck(body.items, 'id')]);
  const traceIds = new Set([traceId]);
  for (const { traceparent: own, parent_span_id: above } of rows) {
    const ownTraceId = own.split('-')[1];
    traceIds.add(ownTraceId);
    const [root] = await collector.waitForSpans(ownTraceId, (received) => received.length === 1);
    assert.deepEqual([root?.name, root?.spanId, root?.parentSpanId], ['submit chain', above, null]);
    assert.deepEqual(root?.links, [{ traceId, spanId: server.spanId }]);
  }
  assert.equal(traceIds.size, 3);
});

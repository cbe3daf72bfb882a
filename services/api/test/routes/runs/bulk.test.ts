import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { inTransaction } from '@aio/platform/postgres/transaction';
import { pluck } from '@aio/platform/testing/pluck';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { CHAIN } from '../../../testing/definitions.ts';
import { startTraced } from '../../../testing/start-traced.ts';
import { BUILDER, OTHER } from '../../../testing/test-issuer.ts';

test('cancelling or retrying many runs', async (t) => {
  const { api } = await startTraced(t);
  const { engine } = api;
  const [owner, other] = await Promise.all([api.as(BUILDER), api.as(OTHER)]);
  await owner.post('/api/v1/workflows', CHAIN);

  async function submit(status?: 'failed' | 'succeeded'): Promise<string> {
    const id = await owner.submit();
    await engine.start(id);
    if (status) await engine.finish(id, status);
    return id;
  }
  const bulk = (action: string, ids: readonly string[], client = owner) =>
    client.post('/api/v1/runs/bulk', { action, ids });
  const codes = (items: { id: string; error: { code: string } | null }[]) =>
    items.map(({ id, error }) => [id, error?.code ?? null]);

  await t.test('each run has its answer, and its entry in the audit log', async () => {
    const [open, done, missing] = [await submit(), await submit('succeeded'), uuidv7()];
    const { status, body } = await bulk('cancel', [open, done, missing, open]);
    assert.equal(status, 200);
    assert.deepEqual(codes(body.items), [
      [open, null],
      [done, 'run_finished'],
      [missing, 'not_found'],
    ]);
    assert.equal((await owner.get(`/api/v1/runs/${open}`)).body.status, 'cancelled');
    const { items } = (await api.get(`/api/v1/audit?target=runs/${open}&action=cancelRun`)).body;
    assert.deepEqual(pluck(items, 'name'), [BUILDER.name]);
    assert.deepEqual(codes((await bulk('cancel', [open])).body.items), [[open, null]], 'again');
  });

  await t.test('a run has one retry, with a trace of its own', async () => {
    const failed = [await submit('failed'), await submit('failed'), await submit('failed')];
    for (let nth = 0; nth < 2; nth += 1)
      assert.deepEqual(
        codes((await bulk('retry', failed)).body.items),
        failed.map((id) => [id, null]),
      );
    const { items } = (await owner.get('/api/v1/runs?status=queued')).body;
    assert.deepEqual(pluck(items, 'retryOf').toSorted(), failed.toSorted());
    assert.equal(new Set(pluck(items, 'traceId')).size, failed.length);
  });

  await t.test('runs of others look like missing ones, but not to administrators', async () => {
    const mine = await submit();
    assert.deepEqual(codes((await bulk('cancel', [mine], other)).body.items), [
      [mine, 'not_found'],
    ]);
    assert.equal((await owner.get(`/api/v1/runs/${mine}`)).body.status, 'running');
    assert.deepEqual(codes((await bulk('cancel', [mine], api)).body.items), [[mine, null]]);
  });

  await t.test('200 runs at most, and one request of a caller at a time', async () => {
    const ids = Array.from({ length: 200 }, () => uuidv7());
    for (const [action, wrong] of [
      ['cancel', [...ids, uuidv7()]],
      ['cancel', []],
      ['cancel', ['no-id']],
      ['pause', ids],
    ] as const)
      assert.equal((await bulk(action, wrong)).status, 422);

    const run = await submit();
    const { held } = await inTransaction(api.pool, async (db) => {
      const hold = 'select from runs where id = $1 for no key update';
      await db.query({ name: 'hold', text: hold, values: [run] });
      const answer = bulk('cancel', [run]);
      const isHeld = async () =>
        (
          await api.query(`select from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`)
        ).length > 0;
      await waitUntil(isHeld, { what: 'the first request waits' });
      const refused = await bulk('cancel', [run]);
      assert.deepEqual([refused.status, refused.body.code], [429, 'too_many_at_once']);
      assert.equal((await bulk('cancel', ids, other)).status, 200, 'another caller');
      return { held: answer };
    });
    assert.deepEqual(codes((await held).body.items), [[run, null]]);
    assert.equal((await bulk('cancel', [run])).status, 200);
  });
});

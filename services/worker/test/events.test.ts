import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cancelRun } from '@aio/platform/queries/cancel-run';
import { deliverEvents } from '@aio/platform/queries/deliver-events';
import { getEvent } from '@aio/platform/queries/list-events';
import { postEvent } from '@aio/platform/queries/post-event';
import { untilEnded, untilParked, untilRun } from './follow.ts';
import { createEngineBench, type EngineBench, type WorkingEngine } from './start-engine.ts';

const WAITING = `
name: waiting
steps:
  paid: { type: wait, with: { event: order.paid, key: "\${{ input.order }}" } }
  after: { type: transform, needs: [paid], with: { value: "\${{ steps.paid.output.payload }}" } }
output: "\${{ steps.paid.output }}"
`;

/** As the API does: kept, then delivered, then told. */
async function post(
  { db }: EngineBench,
  engines: readonly WorkingEngine[],
  key: string,
  payload: unknown = null,
): Promise<string> {
  const { eventId } = await postEvent(db, {
    owner: 'local',
    name: 'order.paid',
    key,
    payload: JSON.stringify(payload),
    keepForMs: 3_600_000,
    traceparent: null,
    idempotency: null,
  });
  for (const runId of await deliverEvents(db, { eventIds: [eventId] })) {
    for (const engine of engines) engine.signalled(runId);
  }
  return eventId;
}

async function count(bench: EngineBench, table: 'event_waits' | 'run_messages'): Promise<number> {
  const text = `select count(*)::int as rows from ${table}`;
  return (await bench.db.query({ name: 'test-count', text, prepare: false })).rows[0].rows;
}

describe('a step that waits for an event', () => {
  it('holds nothing, and goes on with what came', async (t) => {
    const bench = await createEngineBench(t);
    const engines = [bench.start()];
    const id = await bench.submit(WAITING, { order: 'o-1' });
    await untilParked(bench, engines, id);
    assert.equal(engines[0]!.heldRuns(), 0);
    const eventId = await post(bench, engines, 'o-1', { amount: 3 });
    const run = await untilEnded(bench, engines, id);
    const { receivedAt } = (await getEvent(bench.db, eventId, null))!;
    assert.deepEqual(
      [run.status, run.output],
      ['succeeded', { payload: { amount: 3 }, receivedAt: receivedAt.toISOString(), eventId }],
    );
    assert.equal(await count(bench, 'run_messages'), 0);
  });

  it('takes one that was there before it', async (t) => {
    const bench = await createEngineBench(t);
    const engines = [bench.start()];
    const eventId = await post(bench, engines, 'early', 'first');
    const id = await bench.submit(WAITING, { order: 'early' });
    const run = await untilEnded(bench, engines, id);
    assert.equal((run.output as { eventId: string }).eventId, eventId);
    assert.equal((await getEvent(bench.db, eventId, null))!.deliveries, 1);
  });

  it('finds the one that comes at the same moment, whichever is first', async (t) => {
    const bench = await createEngineBench(t);
    const engines = [bench.start(), bench.start()];
    const keys = Array.from({ length: 30 }, (_, index) => `o-${index}`);
    const ids = await Promise.all(
      keys.map(async (order, index) => {
        const submitted = bench.submit(WAITING, { order });
        const posted = index % 2 ? submitted.then(() => post(bench, engines, order, index)) : null;
        void engines[index % 2]!.rung();
        await (posted ?? post(bench, engines, order, index));
        return submitted;
      }),
    );
    for (const [index, id] of ids.entries()) {
      const run = await untilEnded(bench, engines, id);
      assert.equal((run.output as { payload: number }).payload, index);
    }
    assert.equal(await count(bench, 'event_waits'), 0);
    assert.equal(await count(bench, 'run_messages'), 0);
  });

  it('goes on while another step of the run is at work', async (t) => {
    const gate = Promise.withResolvers<void>();
    const bench = await createEngineBench(t, () => gate.promise);
    const engines = [bench.start()];
    const id = await bench.submit(`
name: busy
steps:
  work: { type: http, with: { url: "http://x/" } }
  paid: { type: wait, with: { event: order.paid, key: busy } }
  after: { type: transform, needs: [paid], with: { value: 1 } }
`);
    await untilRun(bench, engines, id, 'to work and wait', (_, steps) =>
      steps.some(({ status }) => status === 'waiting'),
    );
    await post(bench, engines, 'busy');
    await untilRun(bench, engines, id, 'to go on', (_, steps) =>
      steps.some(({ step, status }) => step === 'after' && status === 'succeeded'),
    );
    assert.equal((await bench.readRun(id)).status, 'running');
    gate.resolve();
    assert.equal((await untilEnded(bench, engines, id)).status, 'succeeded');
  });

  it('waits no longer than its timeout; what comes later is for others', async (t) => {
    const bench = await createEngineBench(t);
    const engines = [bench.start()];
    const id = await bench.submit(`
name: impatient
steps:
  paid: { type: wait, timeout: 200ms, with: { event: order.paid, key: late }, onFailure: { fallback: none } }
output: "\${{ steps.paid.output }}"
`);
    const run = await untilEnded(bench, engines, id);
    assert.deepEqual([run.status, run.output], ['succeeded', 'none']);
    assert.equal((await bench.readSteps(id))[0]?.error?.code, 'timeout');
    assert.equal(await count(bench, 'event_waits'), 0);
    const eventId = await post(bench, engines, 'late');
    assert.equal((await getEvent(bench.db, eventId, null))!.state, 'kept');
  });

  it('waits for nothing once its run is cancelled', async (t) => {
    const bench = await createEngineBench(t);
    const engines = [bench.start()];
    const id = await bench.submit(WAITING, { order: 'cancelled' });
    await untilParked(bench, engines, id);
    await cancelRun(bench.db, id, { onlyOwner: null });
    assert.equal(await count(bench, 'event_waits'), 0);
    const eventId = await post(bench, engines, 'cancelled');
    assert.equal((await getEvent(bench.db, eventId, null))!.state, 'kept');
    assert.equal((await bench.readRun(id)).status, 'cancelled');
  });

  it('is one of many items, each with an event of its own', async (t) => {
    const bench = await createEngineBench(t);
    const engines = [bench.start(), bench.start()];
    const id = await bench.submit(
      `
name: items
steps:
  each:
    type: map
    over: "\${{ input }}"
    step: { type: wait, with: { event: order.paid, key: "\${{ 'item-' + item }}" } }
output: "\${{ steps.each.output.map(one, one.payload) }}"
`,
      ['a', 'b', 'c', 'd'],
    );
    await untilParked(bench, engines, id);
    for (const key of ['d', 'b', 'a', 'c']) await post(bench, engines, `item-${key}`, key);
    assert.deepEqual((await untilEnded(bench, engines, id)).output, ['a', 'b', 'c', 'd']);
  });
});

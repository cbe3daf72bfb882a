import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deliverEvents } from '@aio/platform/queries/waits/deliver-events';
import { getEvent } from '@aio/platform/queries/waits/list-events';
import { postEvent } from '@aio/platform/queries/waits/post-event';
import { untilEnded, untilReleased, untilStep } from './follow.ts';
import { createEngineBench, type EngineBench } from './start-engine.ts';

const WAITING = `
  paid: { type: wait, with: { event: order.paid, key: "\${{ input.order }}" } }
  after: { type: transform, needs: [paid], with: { value: "\${{ steps.paid.output.payload }}" } }
output: "\${{ steps.paid.output }}"
`;

/** Stores, delivers and announces an event, as the API does. */
async function post(
  { db, announce }: EngineBench,
  key: string,
  payload: unknown = null,
): Promise<string> {
  const { eventId } = await postEvent(db, {
    owner: 'local',
    name: 'order.paid',
    key,
    payload: JSON.stringify(payload),
    traceparent: null,
    idempotency: null,
  });
  await announce(await deliverEvents(db, { eventIds: [eventId] }));
  return eventId;
}

async function count(bench: EngineBench, table: 'event_waits' | 'run_messages'): Promise<number> {
  return (await bench.select(`select from ${table}`)).length;
}

describe('a step that waits for an event', () => {
  it('is released, and continues with the event', async (t) => {
    const bench = await createEngineBench(t);
    const engine = bench.start();
    const id = await bench.submit(WAITING, { order: 'o-1' });
    await untilReleased(bench, id);
    assert.equal(engine.heldRuns(), 0);
    const eventId = await post(bench, 'o-1', { amount: 3 });
    const run = await untilEnded(bench, id);
    const { receivedAt } = (await getEvent(bench.db, eventId))!;
    assert.deepEqual(
      [run.status, run.output],
      [
        'succeeded',
        {
          payload: { amount: 3 },
          receivedAt: receivedAt.toISOString(),
          eventId,
          name: 'order.paid',
          key: 'o-1',
        },
      ],
    );
    assert.equal(await count(bench, 'run_messages'), 0);
  });

  it('takes an event that came before it', async (t) => {
    const bench = await createEngineBench(t);
    bench.start();
    const eventId = await post(bench, 'early', 'first');
    const id = await bench.submit(WAITING, { order: 'early' });
    const run = await untilEnded(bench, id);
    assert.equal((run.output as { eventId: string }).eventId, eventId);
    assert.equal((await getEvent(bench.db, eventId))!.takenBy!.runId, id);
  });

  it('gets an event that comes at the same moment, whichever is first', async (t) => {
    const bench = await createEngineBench(t);
    bench.start();
    bench.start();
    const keys = Array.from({ length: 30 }, (_, index) => `o-${index}`);
    const ids = await Promise.all(
      keys.map(async (order, index) => {
        const submitted = bench.submit(WAITING, { order });
        const posted = index % 2 ? submitted.then(() => post(bench, order, index)) : null;
        void submitted.then(bench.send);
        await (posted ?? post(bench, order, index));
        return submitted;
      }),
    );
    for (const [index, id] of ids.entries()) {
      const run = await untilEnded(bench, id);
      assert.equal((run.output as { payload: number }).payload, index);
    }
    assert.equal(await count(bench, 'event_waits'), 0);
    assert.equal(await count(bench, 'run_messages'), 0);
  });

  it('continues while another step of the run is running', async (t) => {
    const gate = Promise.withResolvers<void>();
    const bench = await createEngineBench(t, () => gate.promise);
    bench.start();
    const id = await bench.submit(`
  work: { type: http, with: { url: "http://x/" } }
  paid: { type: wait, with: { event: order.paid, key: busy } }
  after: { type: transform, needs: [paid], with: { value: 1 } }
`);
    await untilStep(bench, id, 'paid', 'waiting');
    await post(bench, 'busy');
    await untilStep(bench, id, 'after', 'succeeded');
    assert.equal((await bench.readRun(id)).status, 'running');
    gate.resolve();
    assert.equal((await untilEnded(bench, id)).status, 'succeeded');
  });

  it('ends at its timeout; a later event is for other steps', async (t) => {
    const bench = await createEngineBench(t);
    bench.start();
    const id = await bench.submit(`
  paid: { type: wait, timeout: 200ms, with: { event: order.paid, key: late }, onFailure: continue }
output: "\${{ steps.paid.output }}"
`);
    const run = await untilEnded(bench, id);
    assert.deepEqual([run.status, run.output], ['succeeded', null]);
    assert.equal((await bench.readSteps(id))[0]?.error?.code, 'timeout');
    assert.equal(await count(bench, 'event_waits'), 0);
    const eventId = await post(bench, 'late');
    assert.equal((await getEvent(bench.db, eventId))!.state, 'kept');
  });

  it('can be a map item, each with a different event', async (t) => {
    const bench = await createEngineBench(t);
    bench.start();
    bench.start();
    const id = await bench.submit(
      `
  each:
    type: map
    over: "\${{ input }}"
    step: { type: wait, with: { event: order.paid, key: "\${{ 'item-' + item }}" } }
output: "\${{ steps.each.output.map(one, one.payload) }}"
`,
      ['a', 'b', 'c', 'd'],
    );
    await untilReleased(bench, id);
    for (const key of ['d', 'b', 'a', 'c']) await post(bench, `item-${key}`, key);
    assert.deepEqual((await untilEnded(bench, id)).output, ['a', 'b', 'c', 'd']);
  });
});

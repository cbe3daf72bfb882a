import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { ONE_CALL, untilEnded } from './follow.ts';
import { createOutside } from './outside.ts';
import { createEngineBench } from './start-engine.ts';

const wide = (items: number) => `
  each:
    type: map
    over: [${Array.from({ length: items }, (_, n) => n).join(', ')}]
    concurrency: ${items}
    step: { type: http, with: { url: "http://x/" } }
`;

describe('one owner', () => {
  it('leaves a slot of each worker to others, and gets every step done', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const crowd = await bench.submit(wide(12));
    const engine = bench.start({ slots: 4, ownerShare: 0.75 });
    void engine.work(crowd);
    await outside.untilOpen(3);
    const jobs = Array.from({ length: 12 }, (_, item) => `${crowd}.each.${item}.1`);
    const heldBack = async () => (await bench.queues.findHeldBack('http', jobs))!;
    await waitUntil(async () => (await heldBack()).size === 9, { what: 'nine jobs held back' });
    assert.deepEqual(new Set((await heldBack()).values()), new Set(['owner_share']));

    const other = await bench.submit(ONE_CALL);
    await bench.db.query({
      name: 'test-owner',
      text: "update runs set owner = 'other' where id = $1",
      values: [other],
    });
    void engine.work(other);
    const calls = await outside.untilOpen(4);
    calls.find(({ name }) => name === 'a')!.answer();
    assert.equal((await untilEnded(bench, other)).status, 'succeeded');
    assert.equal(outside.open.size, 3, 'the crowd did not take the fourth slot');

    outside.answerAll();
    assert.equal((await untilEnded(bench, crowd)).status, 'succeeded');
    assert.deepEqual([...outside.counts.values()], Array(13).fill(1));
  });

  it('uses a lane of one slot, and all slots of a share of 1', async (t) => {
    for (const [slots, ownerShare] of [
      [1, 0.75],
      [4, 1],
    ] as const) {
      const outside = createOutside();
      const bench = await createEngineBench(t, outside.http);
      const id = await bench.submit(wide(6));
      void bench.start({ slots, ownerShare }).work(id);
      await outside.untilOpen(slots);
      outside.answerAll();
      assert.equal((await untilEnded(bench, id)).status, 'succeeded');
    }
  });
});

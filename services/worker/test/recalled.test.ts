import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, it } from 'node:test';
import { cancelRun } from '@aio/platform/queries/cancel-run';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { holdQuery } from './failing-queries.ts';
import { untilEnded, untilOffered, httpSlots } from './follow.ts';
import { untilMessage } from './hand-out.ts';
import { createOutside } from './outside.ts';
import { createEngineBench } from './start-engine.ts';

const BRANCHES = `
name: branches
steps:
  a: { type: http, with: { url: "http://x/" } }
  b: { type: http, with: { url: "http://x/" } }
`;

const ITEMS = `
name: items
steps:
  each: { type: map, over: "\${{ [0, 1] }}", concurrency: 2, step: { type: http, with: { url: "http://x/" } } }
`;

/** Two calls, one at the holder and one at a guest; the holder has not read that the guest began. */
async function beginUnread(t: TestContext, yaml: string) {
  const outside = createOutside();
  const bench = await createEngineBench(t, outside.http);
  const id = await bench.submit(yaml);
  const inbox = holdQuery(bench.db, 'load-inbox');
  const holder = bench.start({ slots: 1, db: inbox });
  void holder.work(id);
  await outside.untilOpen(1);
  // A look that began when it had a slot left would take up its own offer.
  await holder.look('clock');
  holder.othersAre(httpSlots(1));
  await untilOffered(bench);
  const guest = bench.start({ slots: 1, maxRuns: 0 });
  await guest.look('clock');
  await outside.untilOpen(2);
  await untilMessage(bench, 'started');
  const [here] = outside.openOf(holder.id);
  const [there] = outside.openOf(guest.id);
  return { outside, bench, id, holder, guest, inbox, here: here!, there: there! };
}

describe('a step that another worker has begun, and its holder does not know it yet', () => {
  for (const [what, yaml] of Object.entries({ 'a branch': BRANCHES, 'an item': ITEMS })) {
    it(`keeps its attempt when ${what} beside it fails`, async (t) => {
      const { outside, bench, id, holder, guest, inbox, here, there } = await beginUnread(t, yaml);
      here.fail(new TypeError('no'));
      // Aborted there, whether or not its holder has heard of it.
      await waitUntil(() => outside.aborted.includes(there.name), {
        what: 'the call to be aborted',
      });
      inbox.go();
      assert.equal((await untilEnded(bench, [holder, guest], id)).status, 'failed');
      const rows = (await bench.readSteps(id)).filter((row) => row.status === 'cancelled');
      assert.deepEqual(
        rows.map((row) => [row.attempt, row.crashes, row.started_at !== null]),
        [[1, 0, true]],
      );
      assert.equal(outside.counts.get(there.name), 1);
    });
  }

  it('keeps its attempt when the run is cancelled', async (t) => {
    const { outside, bench, id, inbox, there } = await beginUnread(t, BRANCHES);
    await cancelRun(bench.db, id, { onlyOwner: null });
    const row = (await bench.readSteps(id)).find(({ step }) => step === there.name)!;
    assert.deepEqual([row.status, row.attempt, row.started_at !== null], ['cancelled', 1, true]);
    inbox.go();
    outside.answerAll();
  });
});

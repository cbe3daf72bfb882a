import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { cutOff, holdQuery } from './failing-queries.ts';
import { untilEnded, untilOffered, untilRun, httpSlots } from './follow.ts';
import {
  expireChunks,
  expireRun,
  handOut,
  ITEMS,
  MANY,
  MANY_STEPS,
  ONE,
  readAttempts,
  untilMessage,
  untilRunning,
} from './hand-out.ts';
import { createOutside } from './outside.ts';
import { createEngineBench, NO_HTTP } from './start-engine.ts';

describe('steps that another worker executes when the holder of their run is lost', () => {
  it('are adopted while they run: nothing is called again', async (t) => {
    const { outside, bench, id, holderDb, guest, call } = await handOut(t);
    await holderDb.cut();
    await expireRun(bench, id);
    const next = bench.start({ lanes: NO_HTTP });
    void next.work(id);
    await untilRun(bench, [next], id, 'to be taken over', (run) => run.worker_id === next.id);
    call.answer('paid for');
    const run = await untilEnded(bench, [next, guest], id);
    assert.deepEqual([run.status, run.output, run.epoch], ['succeeded', 'paid for', 2]);
    assert.deepEqual([...outside.counts], [['a', 1]]);
    const [row] = await bench.readSteps(id);
    assert.deepEqual([row!.attempt, row!.crashes], [1, 0]);
    assert.deepEqual(await readAttempts(bench, id), []);
  });

  it('are adopted when they began and ended in between: the answer has waited', async (t) => {
    const bench = await createEngineBench(t, (_, workerId) => workerId);
    const holderDb = cutOff(bench.db);
    const id = await bench.submit(ONE);
    void bench.start({ lanes: NO_HTTP, db: holderDb }).work(id);
    await untilOffered(bench);
    await holderDb.cut();
    const guest = bench.start({ maxRuns: 0 });
    await guest.look('clock');
    await untilMessage(bench, 'ended');
    await expireRun(bench, id);
    const next = bench.start({ lanes: NO_HTTP });
    void next.work(id);
    const run = await untilEnded(bench, [next], id);
    assert.deepEqual([run.status, run.output], ['succeeded', guest.id]);
    const [row] = await bench.readSteps(id);
    assert.deepEqual([row!.attempt, row!.crashes], [1, 0]);
  });

  it('are adopted, more of them than are read at once', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const holderDb = cutOff(bench.db);
    const id = await bench.submit(MANY_STEPS);
    const holder = bench.start({ lanes: NO_HTTP, db: holderDb });
    holder.othersAre(httpSlots(MANY));
    void holder.work(id);
    await untilOffered(bench);
    await holderDb.cut();
    outside.answerAll('paid for');
    const guest = bench.start({ slots: 2 * MANY, maxRuns: 0 });
    await guest.look('clock');
    await untilMessage(bench, 'ended', MANY);
    await guest.stop(10_000);
    await expireRun(bench, id);
    const next = bench.start();
    void next.work(id);
    assert.equal((await untilEnded(bench, [next], id)).status, 'succeeded');
    assert.equal(outside.counts.size, MANY);
    for (const [name, count] of outside.counts) assert.equal(count, 1, name);
    assert.deepEqual(await readAttempts(bench, id), []);
  });

  it('are under the span that they were given when they were offered', async (t) => {
    const bench = await createEngineBench(t, () => 'ok');
    const holderDb = cutOff(bench.db);
    const id = await bench.submit(ONE);
    void bench.start({ lanes: NO_HTTP, db: holderDb }).work(id);
    await untilOffered(bench);
    await holderDb.cut();
    const offered = 'abcdef0123456789';
    const text = 'update chunk_steps set span_id = $1';
    await bench.db.query({ name: 'offer-span', text, values: [offered] });
    const guest = bench.start({ maxRuns: 0 });
    await guest.look('clock');
    await untilMessage(bench, 'ended');
    await expireRun(bench, id);
    const next = bench.start({ lanes: NO_HTTP });
    void next.work(id);
    await untilEnded(bench, [next], id);
    const { rows } = await bench.db.query({ name: 'span', text: 'select span_id from steps' });
    assert.equal(rows[0].span_id, offered);
  });

  it('are adopted, the items of a map too, some of which had ended', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const holderDb = cutOff(bench.db);
    const id = await bench.submit(ITEMS);
    const holder = bench.start({ lanes: NO_HTTP, db: holderDb });
    const guest = bench.start({ slots: 4, maxRuns: 0 });
    void holder.work(id);
    const [first, second, third] = await outside.untilOpen(4);
    first!.answer(first!.name);
    await untilRun(bench, [], id, 'to have an item', (_, steps) =>
      steps.some((step) => step.iteration >= 0 && step.status === 'succeeded'),
    );
    await outside.untilOpen(4);
    await holderDb.cut();
    for (const call of [second!, third!]) call.answer(call.name);
    await untilMessage(bench, 'ended');
    await expireRun(bench, id);
    const next = bench.start({ lanes: NO_HTTP });
    void next.work(id);
    await untilRun(bench, [next], id, 'to be taken over', (run) => run.worker_id === next.id);
    while ((await bench.readRun(id)).status === 'running') {
      for (const call of outside.open) call.answer(call.name);
      await next.lookAtHanded();
    }
    const run = await untilEnded(bench, [next, guest], id);
    assert.deepEqual(
      run.output,
      [0, 1, 2, 3, 4, 5].map((n) => `each/${n}`),
    );
    assert.deepEqual([...outside.counts.values()], [1, 1, 1, 1, 1, 1]);
    assert.deepEqual(await readAttempts(bench, id), []);
  });
});

describe('items that other workers executed when the holder of their run is lost', () => {
  it('are left alone until their map is there again, those told of and those lost', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const [holderDb, guestDb] = [cutOff(bench.db), cutOff(bench.db)];
    const id = await bench.submit(ITEMS);
    void bench.start({ lanes: NO_HTTP, db: holderDb }).work(id);
    const guest = bench.start({ slots: 4, maxRuns: 0, db: guestDb });
    const calls = await outside.untilOpen(4);
    await untilRunning(bench, id);
    await holderDb.cut();
    for (const call of calls.slice(0, 2)) call.answer(call.name);
    await untilMessage(bench, 'ended');
    await outside.untilOpen(4);
    await guestDb.cut();
    await expireRun(bench, id);
    await expireChunks(bench, guest.id);
    const db = holdQuery(bench.db, 'load-outputs');
    const next = bench.start({ db });
    void next.work(id);
    await waitUntil(db.reached, { what: 'the list of the map to be read' });
    await next.lookAtHanded();
    db.go();
    await waitUntil(() => outside.openOf(next.id).length === 4, { what: 'the rest' });
    for (const call of outside.openOf(next.id)) call.answer(call.name);
    const run = await untilEnded(bench, [next], id);
    assert.deepEqual(
      run.output,
      [0, 1, 2, 3, 4, 5].map((n) => `each/${n}`),
    );
    for (const call of calls.slice(0, 2)) assert.equal(outside.counts.get(call.name), 1, call.name);
    assert.equal(
      [...outside.counts.values()].reduce((sum, count) => sum + count),
      6 + 4,
    );
  });
});

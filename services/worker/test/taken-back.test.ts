import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { cutOff, failQuery } from './failing-queries.ts';
import { untilEnded, untilOffered, httpSlots } from './follow.ts';
import {
  expireChunks,
  expireRun,
  handOut,
  MANY,
  MANY_STEPS,
  TWO,
  readAttempts,
  untilMessage,
  untilRunning,
} from './hand-out.ts';
import { createOutside } from './outside.ts';
import { createEngineBench, NO_HTTP } from './start-engine.ts';

describe('a holder that looks after the steps that others have', () => {
  it('does not take for lost what was told while it could not listen', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const holderDb = failQuery(bench.db, 'load-inbox', 0);
    const id = await bench.submit(TWO);
    const holder = bench.start({ lanes: NO_HTTP, db: holderDb });
    const guest = bench.start({ slots: 1, maxRuns: 0 });
    void holder.work(id);
    const [call] = await outside.untilOpen(1);
    await untilRunning(bench, id);
    holderDb.fail(1000);
    call!.answer('paid for');
    const [other] = await waitUntil(
      () => {
        const calls = [...outside.open].filter((one) => one.name !== call!.name);
        return calls.length > 0 && calls;
      },
      { what: 'the other call' },
    );
    await untilMessage(bench, 'ended');
    // Of the other one, its worker is not heard of any more: so the holder looks at both.
    await expireChunks(bench, guest.id);
    await holder.lookAtHanded();
    await holder.lookAtHanded();
    holderDb.fail(0);
    outside.answerAll('again');
    other!.answer('once');
    await untilEnded(bench, [holder, guest], id);
    assert.equal(outside.counts.get(call!.name), 1);
    const row = (await bench.readSteps(id)).find(({ step }) => step === call!.name)!;
    assert.deepEqual([row.output, row.attempt, row.crashes], ['paid for', 1, 0]);
  });

  it('takes up all that was told before it misses anything, however much that is', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const db = failQuery(bench.db, 'load-inbox', 0);
    const id = await bench.submit(MANY_STEPS);
    const holder = bench.start({ lanes: NO_HTTP, db });
    holder.othersAre(httpSlots(MANY));
    void holder.work(id);
    await untilOffered(bench);
    db.fail(1000);
    outside.answerAll('once');
    const guest = bench.start({ slots: 2 * MANY, maxRuns: 0 });
    await guest.look('clock');
    await untilMessage(bench, 'ended', MANY);
    db.fail(0);
    // As its renewal would.
    holder.signalled(id);
    await untilEnded(bench, [guest], id);
    for (const [name, count] of outside.counts) assert.equal(count, 1, name);
    assert.deepEqual(await readAttempts(bench, id), []);
  });
});

describe('steps that another worker executes when that one is lost', () => {
  it('are taken back, counted as a crash of their worker, and executed again', async (t) => {
    const { outside, bench, id, holder, guest, guestDb } = await handOut(t);
    await guestDb.cut();
    await expireChunks(bench, guest.id);
    const next = bench.start({ maxRuns: 0 });
    await waitUntil(
      async () => {
        await holder.lookAtHanded();
        return outside.openOf(next.id).length === 1;
      },
      { what: 'another attempt' },
    );
    const [again] = outside.openOf(next.id);
    again!.answer('second');
    const run = await untilEnded(bench, [holder, next], id);
    assert.deepEqual([run.status, run.output], ['succeeded', 'second']);
    const [row] = await bench.readSteps(id);
    assert.deepEqual([row!.attempt, row!.crashes, outside.counts.get('a')], [2, 1, 2]);
    assert.deepEqual(await readAttempts(bench, id), [[1, 'worker_lost', guest.id]]);
  });

  it('are the concern of whoever took over, when it is lost with the holder', async (t) => {
    const { outside, bench, id, holderDb, guest, guestDb } = await handOut(t);
    await holderDb.cut();
    await guestDb.cut();
    await expireRun(bench, id);
    await expireChunks(bench, guest.id);
    const next = bench.start();
    void next.work(id);
    await waitUntil(
      async () => {
        await next.lookAtHanded();
        return outside.openOf(next.id).length === 1;
      },
      { what: 'another attempt' },
    );
    outside.answerAll('second');
    const run = await untilEnded(bench, [next], id);
    assert.deepEqual([run.status, run.output], ['succeeded', 'second']);
    const [row] = await bench.readSteps(id);
    assert.deepEqual([row!.attempt, row!.crashes], [2, 1]);
    assert.deepEqual(await readAttempts(bench, id), [[1, 'worker_lost', guest.id]]);
  });

  it('are not recorded twice when it was only asleep, and tells its answer after all', async (t) => {
    const { outside, bench, id, holder, guest, call } = await handOut(t);
    await expireChunks(bench, guest.id);
    await holder.lookAtHanded();
    call.answer('late');
    const again = await waitUntil(() => [...outside.open].find((one) => one !== call), {
      what: 'another attempt',
    });
    again.answer('second');
    const run = await untilEnded(bench, [holder, guest], id);
    assert.deepEqual([run.status, run.output], ['succeeded', 'second']);
    assert.deepEqual(await readAttempts(bench, id), [[1, 'worker_lost', guest.id]]);
  });

  it('do not count as crashes when they had not begun', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const guestDb = cutOff(bench.db);
    const id = await bench.submit(TWO);
    const holder = bench.start({ lanes: NO_HTTP });
    const guest = bench.start({ slots: 1, maxRuns: 0, db: guestDb });
    void holder.work(id);
    const [call] = await outside.untilOpen(1);
    await untilRunning(bench, id);
    await guestDb.cut();
    await expireChunks(bench, guest.id);
    outside.answerAll('again');
    const next = bench.start({ maxRuns: 0 });
    await untilEnded(bench, [holder, next], id);
    const rows = await bench.readSteps(id);
    assert.deepEqual(
      rows.map((row) => [row.status, row.attempt, row.crashes]),
      rows.map(({ step }) => [
        'succeeded',
        step === call!.name ? 2 : 1,
        step === call!.name ? 1 : 0,
      ]),
    );
  });
});

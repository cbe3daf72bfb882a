import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { cutOff, holdQuery } from './failing-queries.ts';
import { untilEnded, untilRun } from './follow.ts';
import { createOutside } from './outside.ts';
import type { EngineBench } from './start-engine.ts';
import { createEngineBench, NO_HTTP } from './start-engine.ts';

const ONE = `
name: one
steps:
  a: { type: http, with: { url: "http://x/" } }
output: "\${{ steps.a.output }}"
`;

const ITEMS = `
name: items
steps:
  list: { type: transform, with: { value: [0, 1, 2, 3, 4, 5] } }
  each:
    type: map
    needs: [list]
    over: "\${{ steps.list.output }}"
    concurrency: 6
    step: { type: http, with: { url: "\${{ 'http://x/' + string(item) }}" } }
output: "\${{ steps.each.output }}"
`;

function expireRun({ db }: EngineBench, id: string) {
  const text = `update runs set leased_until = now() - interval '1 minute' where id = $1`;
  return db.query({ name: 'expire-run', text, values: [id] });
}

function expireChunks({ db }: EngineBench, workerId: string) {
  const text = `update chunks set leased_until = now() - interval '1 minute' where worker_id = $1`;
  return db.query({ name: 'expire-chunks', text, values: [workerId] });
}

async function readAttempts({ db }: EngineBench, id: string) {
  const { rows } = await db.query({
    name: 'attempts',
    text: 'select attempt, status, worker_id from step_attempts where run_id = $1 order by attempt',
    values: [id],
  });
  return rows.map((row) => [row.attempt, row.status, row.worker_id]);
}

function untilRunning(bench: EngineBench, id: string) {
  return untilRun(bench, [], id, 'to have a step that runs', (_, steps) =>
    steps.some((step) => step.status === 'running'),
  );
}

/** A run whose call is under way at a guest, and both workers, each with its own way to the database. */
async function handOut(t: TestContext, yaml = ONE) {
  const outside = createOutside();
  const bench = await createEngineBench(t, outside.http);
  const [holderDb, guestDb] = [cutOff(bench.db), cutOff(bench.db)];
  const id = await bench.submit(yaml);
  const holder = bench.start({ lanes: NO_HTTP, db: holderDb });
  const guest = bench.start({ maxRuns: 0, db: guestDb });
  void holder.work(id);
  const [call] = await outside.untilOpen(1);
  await untilRunning(bench, id);
  return { outside, bench, id, holder, holderDb, guest, guestDb, call: call! };
}

function untilOffered({ db }: EngineBench) {
  return waitUntil(
    async () => (await db.query({ name: 'offers', text: 'select 1 from chunks' })).rowCount,
    { what: 'an offer' },
  );
}

function untilMessage({ db }: EngineBench, type: string) {
  return waitUntil(
    async () => {
      const text = 'select 1 from run_messages where type = $1';
      return (await db.query({ name: 'messages', text, values: [type] })).rowCount;
    },
    { what: `a message of the type ${type}` },
  );
}

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
    const two = `${ONE.slice(0, ONE.indexOf('output:'))}  b: { type: http, with: { url: "http://x/" } }\n`;
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const guestDb = cutOff(bench.db);
    const id = await bench.submit(two);
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

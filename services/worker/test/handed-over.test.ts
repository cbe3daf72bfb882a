import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { cancelRun } from '@aio/platform/queries/runs/cancel-run';
import type { Query, Queryable } from '@aio/platform/postgres/queryable';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { holdQuery, refuseText } from './failing-queries.ts';
import { ONE_CALL, untilEnded, untilStep } from './follow.ts';
import { createOutside } from './outside.ts';
import { createEngineBench } from './start-engine.ts';

const CHAIN = `
  first: { type: http, with: { url: "http://x/" } }
  second: { type: http, needs: [first], with: { url: "http://x/" } }
  third: { type: http, needs: [second], with: { url: "http://x/" } }
output: "\${{ steps.third.output }}"
`;

function isCommitWith({ name, values }: Query, text: string): boolean {
  return (
    name === 'commit-progress' &&
    values!.some((value) => Buffer.isBuffer(value) && value.includes(text))
  );
}

/**
 * Holds the commit that contains the text until `go` is called, or the test ends. Create it before the bench, whose engines
 * stop only then.
 * @param also another statement to hold
 */
function holdCommit(t: TestContext, text: string, also?: string) {
  const gate = Promise.withResolvers<void>();
  t.after(() => gate.resolve());
  let reached = false;
  return {
    untilReached: () => waitUntil(() => reached, { what: `a commit with ${text}` }),
    go: () => gate.resolve(),
    on: (db: Queryable): Queryable => ({
      async query(query) {
        if (isCommitWith(query, text)) reached = true;
        if (isCommitWith(query, text) || query.name === also) await gate.promise;
        return await db.query(query);
      },
    }),
  };
}

/** Keeps statements. */
function keepQueries(db: Queryable) {
  const queries: Query[] = [];
  return {
    commitsWith: (text: string) => queries.filter((query) => isCommitWith(query, text)),
    count: (wanted: string) => queries.filter(({ name }) => name === wanted).length,
    query(query: Query) {
      queries.push(query);
      return db.query(query);
    },
  };
}

describe('a successful call in the process that holds the run', () => {
  it("is recorded by the run's next commit, together with what follows", async (t) => {
    const bench = await createEngineBench(t, ({ step }) => `answer of ${step}`);
    const db = keepQueries(bench.db);
    const run = await bench.finish(bench.start({ db }), await bench.submit(CHAIN));
    assert.equal(run.output, 'answer of third');
    const [commit] = db.commitsWith('answer of first');
    assert.ok(commit && isCommitWith(commit, 'second'), 'it makes the next step ready');
  });

  it('is recorded by the executor if another worker holds the run', async (t) => {
    const bench = await createEngineBench(t, () => 'answer');
    const db = keepQueries(bench.db);
    bench.start({ db, maxRuns: 0 });
    const run = await bench.finish(bench.start({ slots: 0 }), await bench.submit(CHAIN));
    assert.equal(run.output, 'answer');
    assert.equal(db.count('record-attempts'), 3);
  });

  it('fails the run if PostgreSQL refuses the commit', async (t) => {
    const bench = await createEngineBench(t, () => 'not for you');
    const id = await bench.submit(CHAIN);
    const run = await bench.finish(bench.start({ db: refuseText(bench.db, 'not for you') }), id);
    assert.deepEqual([run.status, run.error?.code], ['failed', 'not_storable']);
    const rows = await bench.readSteps(id);
    assert.deepEqual([run.steps_done, run.steps_total], [rows.length, rows.length]);
  });

  it('is called again if the worker dies before the commit', async (t) => {
    const held = holdCommit(t, 'answer', 'record-attempts');
    const bench = await createEngineBench(t, (_, workerId) => `answer of ${workerId}`);
    const id = await bench.submit(ONE_CALL);
    const dead = bench.start({ db: held.on(bench.db) });
    void dead.work(id);
    await held.untilReached();
    await dead.vanish();
    const engine = bench.start();
    const run = await bench.finish(engine, id);
    assert.equal(run.output, `answer of ${engine.id}`);
    // The dead worker's commit arrives after all.
    held.go();
    const [step] = await bench.readSteps(id);
    assert.ok(step!.crashes >= 1);
    assert.equal(step!.attempt, step!.crashes + 1);
  });

  it('gives an item its value again if the worker dies before the commit', async (t) => {
    const held = holdCommit(t, 'answer', 'record-attempts');
    const values: unknown[] = [];
    const bench = await createEngineBench(t, (call) => {
      values.push(call.with['url']);
      return 'answer';
    });
    const id = await bench.submit(`
  each: { type: map, over: [7], step: { type: http, with: { url: "http://\${{ item }}/" } } }
`);
    const dead = bench.start({ db: held.on(bench.db) });
    void dead.work(id);
    await held.untilReached();
    await dead.vanish();
    assert.equal((await bench.finish(bench.start(), id)).status, 'succeeded');
    held.go();
    assert.ok(values.length >= 2, 'the item was called again');
    assert.deepEqual([...new Set(values)], ['http://7/']);
  });

  it('is recorded by the executor, too, if the commit takes long', async (t) => {
    const held = holdCommit(t, 'answer');
    let calls = 0;
    const bench = await createEngineBench(t, () => `answer ${++calls}`);
    const id = await bench.submit(ONE_CALL);
    void bench.start({ db: held.on(bench.db) }).work(id);
    await held.untilReached();
    await waitUntil(
      async () =>
        (await bench.select('select from steps where attempt_ended_at is not null')).length === 1,
      { what: 'the record of the result' },
    );
    held.go();
    assert.equal((await untilEnded(bench, id)).output, 'answer 1');
    assert.equal(calls, 1);
  });

  it('has no effect if the run was cancelled before the commit', async (t) => {
    const held = holdCommit(t, 'answer', 'record-attempts');
    const bench = await createEngineBench(t, () => 'answer');
    const id = await bench.submit(ONE_CALL);
    const engine = bench.start({ db: held.on(bench.db) });
    void engine.work(id);
    await held.untilReached();
    await cancelRun(bench.db, id, { onlyOwner: null });
    held.go();
    await waitUntil(() => engine.executing() === 0, { what: 'the attempt to end' });
    const [step] = await bench.readSteps(id);
    assert.deepEqual([step!.status, step!.output], ['cancelled', null]);
    assert.equal((await bench.readRun(id)).status, 'cancelled');
  });

  it('is not lost if another worker takes the run over before the commit', async (t) => {
    const held = holdCommit(t, 'paid', 'record-attempts');
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const id = await bench.submit(CHAIN);
    const first = bench.start({ db: held.on(bench.db) });
    void first.work(id);
    const [call] = await outside.untilOpen(1);
    call!.answer('paid');
    await held.untilReached();
    const second = bench.start({ slots: 0 });
    const [{ epoch }] = await bench.select(
      `update runs set epoch = epoch + 1, worker_id = null, wanted_at = now()
       where id = $1 returning epoch`,
      id,
    );
    void second.work(id);
    // The first worker may be the one that claims it again.
    await waitUntil(async () => (await bench.readRun(id)).epoch > epoch, { what: 'the takeover' });
    held.go();
    await untilStep(bench, id, 'first', 'succeeded');
    outside.answerAll('next');
    assert.equal((await untilEnded(bench, id)).output, 'next');
    assert.equal(outside.counts.get('first'), 1);
    assert.equal((await bench.readSteps(id))[0]!.output, 'paid');
  });

  it('is recorded by the executor while the map of its item is not yet expanded', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const id = await bench.submit(`
  list: { type: transform, with: { value: ["${'x'.repeat(5000)}"] } }
  each:
    type: map
    needs: [list]
    over: "\${{ steps.list.output }}"
    step: { type: http, with: { url: "http://x/" } }
`);
    const first = bench.start({ slots: 0 });
    void first.work(id);
    await waitUntil(async () => (await bench.readStatuses(id))['each/0'] === 'ready', {
      what: 'the item',
    });
    const held = holdQuery(bench.db, 'load-facts');
    // It may execute the item at once, since an http step reads no facts here.
    const second = bench.start({ db: held });
    const [call] = await outside.untilOpen(1);
    await first.stop(0);
    void second.work(id);
    await waitUntil(() => second.heldRuns() === 1 && held.reached(), { what: 'the takeover' });
    call!.answer('item');
    await waitUntil(
      async () =>
        (await bench.select('select from steps where attempt_ended_at is not null')).length === 1,
      { what: 'the record of the result' },
    );
    held.go();
    const run = await untilEnded(bench, id);
    assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
    assert.equal(outside.counts.get('each/0'), 1);
  });

  it('is recorded by the executor while the run is being released', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const db = holdQuery(bench.db, 'release-run');
    const engine = bench.start({ db });
    const id = await bench.submit(ONE_CALL);
    void engine.work(id);
    const [call] = await outside.untilOpen(1);
    await waitUntil(db.reached, { what: 'the release of the idle run' });
    call!.answer('answer');
    await waitUntil(() => engine.executing() === 0, { what: 'the record of the result' });
    db.go();
    assert.equal((await untilEnded(bench, id)).output, 'answer');
    assert.equal(outside.counts.get('a'), 1);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AioError } from '@aio/core/errors';
import type { FreshRun } from '@aio/core/wake-up';
import { cancelRun } from '@aio/platform/queries/cancel-run';
import type { Queryable } from '@aio/platform/queryable';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { storeWorkflows, untilEnded } from './follow.ts';
import { cutOff, failQuery, holdQuery, refuseQuery, refuseText } from './failing-queries.ts';
import { createEngineBench, type EngineBench } from './start-engine.ts';

const CALL = 'name: call\nsteps:\n  a: { type: http, with: { url: "http://x/" } }\n';
const SUM = `
name: sum
steps:
  a: { type: transform, with: { value: "\${{ input.n + 1 }}" } }
  b: { type: transform, needs: [a], with: { value: "\${{ steps.a.output * 2 }}" } }
output: { sum: "\${{ steps.b.output }}" }
`;

/** What the API says of the run. */
async function freshOf({ db }: EngineBench, id: string): Promise<FreshRun> {
  const { rows } = await db.query({
    name: 'test-fresh',
    text: 'select r.*, r.input::text as json from runs r where id = $1',
    values: [id],
  });
  const [run] = rows;
  return {
    id,
    workflowId: run.workflow_id,
    workflowName: run.workflow_name,
    workflowVersionId: run.workflow_version_id,
    input: run.json,
    stepsTotal: run.steps_total,
    timeoutMs: null,
    traceparent: null,
    parentSpanId: null,
    tracestate: null,
  };
}

/** The database as it is, but no answer comes back when runs are begun. */
function loseAnswers(db: Queryable, times: number): Queryable & { lost(): number } {
  let lost = 0;
  return {
    lost: () => lost,
    async query(query) {
      const answer = await db.query(query);
      if (query.name !== 'begin-run' || lost === times) return answer;
      lost++;
      throw new AioError('unavailable', 'The answer is lost.');
    },
  };
}

function countQueries(db: Queryable): Queryable & { of(name: string): number } {
  const names: string[] = [];
  return {
    of: (name) => names.filter((one) => one === name).length,
    query(query) {
      names.push(query.name);
      return db.query(query);
    },
  };
}

async function untilStatus(bench: EngineBench, id: string, status: string): Promise<void> {
  await waitUntil(async () => (await bench.readRun(id)).status === status, { what: status });
}

describe('a run that is heard of as it is submitted', () => {
  it('is begun and ended by one commit, when it has no calls', async (t) => {
    const bench = await createEngineBench(t);
    const db = countQueries(bench.db);
    const id = await bench.submit(SUM, { n: 1 });
    // A slice that ends in between would have a commit of its own.
    bench.start({ db, now: () => 0 }).submitted(await freshOf(bench, id));
    await untilStatus(bench, id, 'succeeded');
    const run = await bench.readRun(id);
    assert.deepEqual(run.output, { sum: 4 });
    assert.deepEqual([run.epoch, run.worker_id, run.leased_until], [2, null, null]);
    assert.deepEqual(bench.begun, [id]);
    assert.deepEqual(
      ['begin-run', 'claim-runs', 'commit-progress'].map((name) => db.of(name)),
      [1, 0, 0],
    );
  });

  it('has the same rows as one that was claimed', async (t) => {
    const bench = await createEngineBench(t, () => 'ok');
    const engine = bench.start();
    const yaml = `${SUM}`.replace(
      'output:',
      '  c: { type: http, needs: [b], with: { url: "http://x/" } }\noutput:',
    );
    const [fresh, claimed] = [
      await bench.submit(yaml, { n: 1 }),
      await bench.submit(yaml, { n: 1 }),
    ];
    engine.submitted(await freshOf(bench, fresh));
    await untilStatus(bench, fresh, 'succeeded');
    await bench.finish(engine, claimed);
    const rowsOf = async (id: string) => {
      const { event_seq, steps_done, status } = await bench.readRun(id);
      const { rows } = await bench.db.query({
        name: 'test-seqs',
        text: `select step, status, attempt, worker_id, started_seq, finished_seq, output::text from steps
               where run_id = $1 order by step`,
        values: [id],
      });
      const { rows: whole } = await bench.db.query({
        name: 'test-run-seqs',
        text: 'select started_seq, finished_seq, wanted_at, started_at is not null as started from runs where id = $1',
        values: [id],
      });
      return { event_seq, steps_done, status, rows, whole };
    };
    assert.deepEqual(await rowsOf(fresh), await rowsOf(claimed));
  });

  it('calls nobody before the run is certainly its own', async (t) => {
    let calls = 0;
    const bench = await createEngineBench(t, () => ++calls);
    const id = await bench.submit(CALL);
    const db = holdQuery(bench.db, 'begin-run');
    const slow = bench.start({ db });
    slow.submitted(await freshOf(bench, id));
    await waitUntil(async () => db.reached(), { what: 'its beginning' });
    const quick = bench.start();
    await quick.look('room');
    await untilStatus(bench, id, 'succeeded');
    db.go();
    await waitUntil(async () => slow.heldRuns() === 0, { what: 'it to be left' });
    assert.equal(calls, 1);
    assert.deepEqual(bench.begun, []);
    assert.equal((await bench.readSteps(id))[0]?.worker_id, quick.id);
  });

  it('is begun by one of many that hear of it', async (t) => {
    let calls = 0;
    const bench = await createEngineBench(t, () => ++calls);
    const engines = [bench.start(), bench.start(), bench.start()];
    // None knows of the others: each takes it for its own.
    const id = await bench.submit(CALL);
    const run = await freshOf(bench, id);
    for (const engine of engines) engine.submitted(run);
    await untilStatus(bench, id, 'succeeded');
    await waitUntil(async () => engines.every((engine) => engine.heldRuns() === 0), {
      what: 'all to be rid of it',
    });
    assert.equal(calls, 1);
    assert.deepEqual(bench.begun, [id]);
    const [step] = await bench.readSteps(id);
    assert.deepEqual([step!.attempt, step!.crashes], [1, 0]);
  });

  it('falls to one of those that know of each other', async (t) => {
    const bench = await createEngineBench(t);
    const dbs = [1, 2, 3].map(() => countQueries(bench.db));
    const engines = dbs.map((db) => bench.start({ db }));
    for (const engine of engines) {
      const others = engines.filter((other) => other !== engine);
      engine.othersAre(others.map(({ id, slots }) => ({ id, slots, kinds: ['http'] })));
    }
    const ids = await Promise.all(Array.from({ length: 30 }, () => bench.submit(SUM, { n: 1 })));
    for (const id of ids) {
      const run = await freshOf(bench, id);
      for (const engine of engines) engine.submitted(run);
    }
    for (const id of ids) await untilStatus(bench, id, 'succeeded');
    const shares = dbs.map((db) => db.of('begin-run'));
    assert.equal(
      shares.reduce((sum, share) => sum + share),
      ids.length,
    );
    assert.ok(
      shares.every((share) => share > 0),
      String(shares),
    );
  });

  for (const [what, change] of [
    ['of another version', { workflowVersionId: '01900000-0000-7000-8000-000000000000' }],
    ['with another input', { input: '{"n":2}' }],
    ['with another number of steps', { stepsTotal: 3 }],
    ['with another timeout', { timeoutMs: 1_000 }],
  ] as const) {
    it(`is left alone when it is said to be ${what}`, async (t) => {
      const bench = await createEngineBench(t);
      const id = await bench.submit(SUM, { n: 1 });
      const engine = bench.start();
      engine.submitted({ ...(await freshOf(bench, id)), ...change });
      await waitUntil(async () => engine.heldRuns() === 0, { what: 'it to be left' });
      const { status, epoch } = await bench.readRun(id);
      assert.deepEqual([status, epoch], ['queued', 0]);
      assert.deepEqual(await bench.readSteps(id), []);
      assert.deepEqual((await bench.finish(engine, id)).output, { sum: 4 });
    });
  }

  it('is left alone when it was cancelled, or when its lane is paused', async (t) => {
    const bench = await createEngineBench(t);
    const engine = bench.start();
    const isLeft = () => waitUntil(async () => engine.heldRuns() === 0, { what: 'it to be left' });
    const [cancelled, paused] = [
      await bench.submit(SUM, { n: 1 }),
      await bench.submit(SUM, { n: 1 }),
    ];
    const run = await freshOf(bench, cancelled);
    await cancelRun(bench.db, cancelled, { onlyOwner: null });
    engine.submitted(run);
    await isLeft();
    assert.equal((await bench.readRun(cancelled)).status, 'cancelled');
    await bench.db.query({
      name: 'test-pause',
      text: `insert into lanes (name, paused_at) values ('default', now())
             on conflict (name) do update set paused_at = now()`,
    });
    engine.submitted(await freshOf(bench, paused));
    await isLeft();
    assert.equal((await bench.readRun(paused)).status, 'queued');
  });

  for (const [what, yaml] of [
    ['that is the whole run', SUM],
    ['of a call', CALL],
  ] as const) {
    it(`is begun once when the answer to its first commit, ${what}, is lost`, async (t) => {
      const bench = await createEngineBench(t, () => 'ok');
      const id = await bench.submit(yaml, { n: 1 });
      const db = loseAnswers(bench.db, 2);
      const engine = bench.start({ db });
      engine.submitted(await freshOf(bench, id));
      await untilStatus(bench, id, 'succeeded');
      await waitUntil(async () => engine.heldRuns() === 0, { what: 'it to be told of its end' });
      assert.equal(db.lost(), 2);
      assert.deepEqual(bench.begun, [id]);
      for (const { status, attempt, crashes } of await bench.readSteps(id))
        assert.deepEqual([status, attempt, crashes], ['succeeded', 1, 0]);
      assert.equal((await bench.readRun(id)).epoch, 2);
    });
  }

  it('is not taken for its own by a worker whose answer is lost, when another had it', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(SUM, { n: 1 });
    const run = await freshOf(bench, id);
    const quick = bench.start();
    quick.submitted(run);
    await untilStatus(bench, id, 'succeeded');
    const slow = bench.start({ db: failQuery(bench.db, 'begin-run', 2) });
    slow.submitted(run);
    await waitUntil(async () => slow.heldRuns() === 0, { what: 'it to be left' });
    assert.deepEqual(bench.begun, [id]);
  });

  it('is worked by another when its worker goes away before it is begun', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(SUM, { n: 1 });
    const held = holdQuery(bench.db, 'begin-run');
    const db = cutOff(held);
    bench.start({ db }).submitted(await freshOf(bench, id));
    await waitUntil(async () => held.reached(), { what: 'its beginning' });
    void db.cut();
    const run = await untilEnded(bench, [bench.start()], id);
    assert.deepEqual(run.output, { sum: 4 });
    held.go();
  });

  it('is let go when its row does not come, and worked when it comes later', async (t) => {
    const bench = await createEngineBench(t);
    const parent = 'name: parent\nsteps:\n  a: { type: workflow, with: { workflow: child } }\n';
    await storeWorkflows(
      bench,
      'name: child\nsteps:\n  a: { type: transform, with: { value: 1 } }\n',
    );
    const id = await bench.submit(parent);
    const run = await freshOf(bench, id);
    const move = (from: string, to: string) =>
      bench.db.query({
        name: `test-${from}-${to}`,
        text: `with row as (delete from ${from} where id = $1 returning *) insert into ${to} select * from row`,
        values: [id],
      });
    await bench.db.query({
      name: 'test-aside',
      text: 'create table aside as select * from runs limit 0',
    });
    await move('runs', 'aside');
    const engine = bench.start();
    engine.submitted(run);
    await waitUntil(async () => engine.heldRuns() === 0, { what: 'it to be let go' });
    assert.deepEqual(bench.begun, []);
    // What was found before the row was there counts for nothing.
    engine.submitted(run);
    await move('aside', 'runs');
    assert.equal((await untilEnded(bench, [engine], id)).status, 'succeeded');
  });

  it('may be claimed by the worker that is about to begin it', async (t) => {
    const outside = Promise.withResolvers<string>();
    let calls = 0;
    const bench = await createEngineBench(t, () => (calls++, outside.promise));
    const id = await bench.submit(CALL);
    const run = await freshOf(bench, id);
    const db = holdQuery(bench.db, 'begin-run');
    const engine = bench.start({ db });
    engine.submitted(run);
    await waitUntil(async () => db.reached(), { what: 'its beginning' });
    await engine.look('room');
    await waitUntil(async () => calls === 1, { what: 'the call' });
    db.go();
    engine.submitted(run);
    outside.resolve('ok');
    await untilStatus(bench, id, 'succeeded');
    await waitUntil(async () => engine.heldRuns() === 0, { what: 'it to be over' });
    assert.equal(calls, 1);
    assert.deepEqual(bench.begun, []);
    const [step] = await bench.readSteps(id);
    assert.deepEqual([step!.status, step!.attempt, step!.crashes], ['succeeded', 1, 0]);
  });

  it('is begun once, however often it is told of', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(SUM, { n: 1 });
    const run = await freshOf(bench, id);
    const engine = bench.start();
    for (let time = 0; time < 3; time++) engine.submitted(run);
    await untilStatus(bench, id, 'succeeded');
    const isFree = () => waitUntil(async () => engine.heldRuns() === 0, { what: 'it to be over' });
    await isFree();
    engine.submitted(run);
    await isFree();
    assert.deepEqual(bench.begun, [id]);
  });

  it('is left to others by a worker that is full', async (t) => {
    const bench = await createEngineBench(t, () => new Promise(() => {}));
    const db = countQueries(bench.db);
    const engine = bench.start({ db, maxRuns: 1 });
    const [first, second] = [await bench.submit(CALL), await bench.submit(CALL)];
    engine.submitted(await freshOf(bench, first));
    engine.submitted(await freshOf(bench, second));
    await untilStatus(bench, first, 'running');
    assert.equal(db.of('begin-run'), 1);
    assert.equal((await bench.readRun(second)).status, 'queued');
  });

  it('is left alone by a worker that cannot read its definition', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(SUM, { n: 1 });
    const run = await freshOf(bench, id);
    const engine = bench.start({ db: refuseQuery(bench.db, 'load-definition') });
    engine.submitted(run);
    await waitUntil(async () => engine.heldRuns() === 0, { what: 'it to be left' });
    assert.equal((await bench.readRun(id)).status, 'queued');
    assert.deepEqual((await untilEnded(bench, [bench.start()], id)).output, { sum: 4 });
  });

  it('fails when the database refuses its results', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(SUM, { n: 1 });
    const engine = bench.start({ db: refuseText(bench.db, '{"sum":4}') });
    engine.submitted(await freshOf(bench, id));
    await untilStatus(bench, id, 'failed');
    assert.equal((await bench.readRun(id)).error?.code, 'not_storable');
  });

  it('is handed back when its worker stops at once', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(CALL);
    const db = holdQuery(bench.db, 'begin-run');
    const engine = bench.start({ db });
    engine.submitted(await freshOf(bench, id));
    await waitUntil(async () => db.reached(), { what: 'its beginning' });
    const stopped = engine.stop(1_000);
    db.go();
    await stopped;
    assert.equal((await bench.readRun(id)).leased_until, null);
    await untilEnded(bench, [bench.start()], id);
    const [step] = await bench.readSteps(id);
    assert.deepEqual([step!.status, step!.crashes], ['succeeded', 0]);
  });
});

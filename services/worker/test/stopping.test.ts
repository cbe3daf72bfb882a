import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { StepError } from '@aio/core/run/step-outcome';
import { failQuery, holdQuery } from './failing-queries.ts';
import { ONE_CALL, untilEnded } from './follow.ts';
import { createEngineBench } from './start-engine.ts';

describe('a worker that stops', () => {
  for (const [does, query] of [
    ['loading', 'load-definition'],
    ['claiming', 'claim-runs'],
  ] as const)
    it(`releases a run that it is ${does}`, async (t) => {
      const bench = await createEngineBench(t);
      const db = holdQuery(bench.db, query);
      const engine = bench.start({ db });
      const id = await bench.submit(ONE_CALL);
      void engine.work(id);
      await waitUntil(db.reached, { what: 'the query' });
      setTimeout(db.go, 300);
      await engine.stop(5000);
      const run = await bench.readRun(id);
      assert.deepEqual([run.epoch, run.worker_id], [1, null]);
      assert.deepEqual(await bench.readSteps(id), []);
    });

  for (const [what, query, afterMs] of [
    ['that it is claiming', 'claim-attempts', 0],
    ['whose definition it is loading', 'load-definition', 300],
  ] as const)
    it(`gives back a step ${what}`, async (t) => {
      const bench = await createEngineBench(t, () => 'ok');
      const db = holdQuery(bench.db, query);
      const id = await bench.submit(ONE_CALL);
      void bench.start({ slots: 0 }).work(id);
      const stopping = bench.start({ db, maxRuns: 0 });
      await waitUntil(db.reached, { what: 'the query' });
      const stopped = stopping.stop(0);
      setTimeout(db.go, afterMs);
      await stopped;
      bench.start({ maxRuns: 0 });
      assert.equal((await untilEnded(bench, id)).output, 'ok');
      assert.equal((await bench.readSteps(id))[0]!.attempt, 1);
    });

  it('releases a run whose release was refused', async (t) => {
    const bench = await createEngineBench(t);
    const db = holdQuery(bench.db, 'release-run');
    const engine = bench.start({ db });
    const id = await bench.submit('\n  ask: { type: approval, with: {} }\n');
    void engine.work(id);
    await waitUntil(db.reached, { what: 'the release of the run' });
    await bench.select('update runs set changes = changes + 1');
    const stopped = engine.stop(1000);
    db.go();
    await stopped;
    assert.equal((await bench.readRun(id)).worker_id, null);
    assert.equal(engine.heldRuns(), 0);
  });

  it('leaves a failure to the next worker, which counts each step once', async (t) => {
    let fail = (_error: Error) => {};
    let calls = 0;
    const bench = await createEngineBench(t, ({ step, signal }) => {
      calls++;
      return new Promise((_, reject) => {
        if (step === 'a') fail = reject;
        else signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    });
    const id = await bench.submit(`
  a: { type: http, with: { url: "http://x/" } }
  each: { type: map, over: [1, 2], step: { type: http, with: { url: "http://x/" } } }
  after_a: { type: transform, needs: [a], with: { value: 1 } }
  after_each: { type: transform, needs: [each], with: { value: 1 } }
`);
    const engine = bench.start();
    void engine.work(id);
    await waitUntil(() => calls === 3, { what: 'the attempts' });
    const stopped = engine.stop(100);
    fail(new StepError('http_status', 'no', { retryable: false }));
    await stopped;
    const run = await bench.finish(bench.start(), id);
    assert.deepEqual([run.status, run.error?.code], ['failed', 'http_status']);
    const rows = await bench.readSteps(id);
    assert.deepEqual([run.steps_done, run.steps_total], [rows.length, rows.length]);
    assert.ok(rows.every((row) => ['failed', 'cancelled', 'skipped'].includes(row.status)));
  });

  it('holds a run once, even if it claims it again while it loads', async (t) => {
    const bench = await createEngineBench(t, () => 'ok');
    const db = holdQuery(bench.db, 'load-definition');
    const engine = bench.start({ db });
    const id = await bench.submit(ONE_CALL);
    const first = engine.work(id);
    await waitUntil(db.reached, { what: 'the claim' });
    await bench.select('update runs set worker_id = null, wanted_at = now()');
    const second = engine.work(id);
    await waitUntil(async () => (await bench.readRun(id)).epoch === 2, { what: 'the other claim' });
    db.go();
    await Promise.all([first, second]);
    assert.equal((await bench.readRun(id)).output, 'ok');
    assert.equal((await bench.readSteps(id))[0]!.attempt, 1);
    assert.equal(engine.heldRuns(), 0);
  });

  it('waits for the end of an outage while it loads a run', async (t) => {
    const bench = await createEngineBench(t, () => 'ok');
    const db = failQuery(bench.db, 'load-definition', 2);
    const id = await bench.submit(ONE_CALL);
    assert.equal((await bench.finish(bench.start({ db }), id)).output, 'ok');
    assert.equal(db.left(), 0);
  });
});

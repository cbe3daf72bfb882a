import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { StepError } from '@aio/core/run/step-outcome';
import { failQuery } from './failing-queries.ts';
import { createEngineBench, type EngineBench } from './start-engine.ts';
import { approvalsOf, decide, ONE_CALL } from './follow.ts';

async function approve(bench: EngineBench, runId: string): Promise<void> {
  const asked = await approvalsOf(bench, 'pending');
  await decide(bench, asked.find((approval) => approval.runId === runId)!.id);
}

function untilStatus(bench: EngineBench, id: string, status: string) {
  const what = `run ${id} to be ${status}`;
  return waitUntil(
    async () => {
      const run = await bench.readRun(id);
      return run.status === status && run;
    },
    { what },
  );
}

const LONG = `
  ask: { type: approval, with: {} }
output: "\${{ steps.ask.output.by }}"
`;

/** A database where a user approves just before the first release of the run. */
function holdPark(bench: EngineBench): Queryable {
  let isFirst = true;
  return {
    async query(query) {
      if (query.name === 'release-run' && isFirst) {
        isFirst = false;
        await approve(bench, query.values![0] as string);
      }
      return await bench.db.query(query);
    },
  };
}

describe('a run that waits', () => {
  it('stays held if it changes during its release, and the change cannot be read yet', async (t) => {
    const bench = await createEngineBench(t);
    const db = failQuery(holdPark(bench), 'load-messages');
    const engine = bench.start({ db, leaseMs: 600 });
    const id = await bench.submit(LONG);
    void engine.work(id);
    await waitUntil(() => db.left() === 0, { what: 'the inbox to be looked at' });
    assert.equal((await untilStatus(bench, id, 'succeeded')).epoch, 1);
  });

  it('is released again after a needless wake-up', async (t) => {
    const bench = await createEngineBench(t);
    const engine = bench.start();
    const id = await bench.submit(LONG);
    await engine.work(id);
    await engine.work(id);
    const { epoch, status } = await bench.readRun(id);
    assert.deepEqual([epoch, status, engine.heldRuns()], [2, 'waiting', 0]);
  });

  it('is released if its counter rises without a change', async (t) => {
    const bench = await createEngineBench(t);
    const engine = bench.start();
    const id = await bench.submit(`
  short: { type: delay, with: { duration: 300ms } }
  ask: { type: approval, with: {} }
`);
    void engine.work(id);
    await waitUntil(async () => (await bench.readSteps(id)).length === 2, { what: 'the waits' });
    await bench.select('update runs set changes = changes + 1');
    await untilStatus(bench, id, 'waiting');
  });

  it('is released and continues after an outage during its release', async (t) => {
    const bench = await createEngineBench(t);
    const db = failQuery(bench.db, 'release-run');
    const engine = bench.start({ db, leaseMs: 300 });
    const id = await bench.submit(`
  pause: { type: delay, with: { duration: 1300ms } }
  again: { type: delay, needs: [pause], with: { duration: 400ms } }
  ask: { type: approval, needs: [again], with: {} }
`);
    await waitUntil(
      async () => {
        await engine.work(id);
        return (await bench.readSteps(id)).some((step) => step.step === 'ask');
      },
      { what: 'both delays' },
    );
    assert.equal(db.left(), 0);
    await untilStatus(bench, id, 'waiting');
  });

  it('applies a decision after a short outage', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(LONG);
    const first = bench.start();
    await first.work(id);
    await first.stop(0);
    await approve(bench, id);
    const db = failQuery(bench.db, 'load-messages');
    const engine = bench.start({ db });
    void engine.work(id).catch(() => undefined);
    await untilStatus(bench, id, 'succeeded');
    assert.equal(db.left(), 0);
  });

  it('wakes for its delay while aborted items of a map end', async (t) => {
    const bench = await createEngineBench(t, async ({ iteration, signal }) => {
      if (iteration === 0) throw new StepError('http_status', 'no', { retryable: false });
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    const id = await bench.submit(`
  pause: { type: delay, with: { duration: 400ms } }
  each:
    type: map
    over: [1, 2, 3]
    onFailure: continue
    step: { type: http, with: { url: "http://x/" } }
`);
    assert.equal((await bench.finish(bench.start(), id)).status, 'succeeded');
  });

  it('fails at its timeout while no worker holds it', async (t) => {
    const bench = await createEngineBench(t);
    const engine = bench.start();
    const id = await bench.submit(LONG);
    await bench.select(`update runs set deadline_at = now() + interval '1500 milliseconds'`);
    await engine.work(id);
    assert.equal((await bench.readRun(id)).status, 'waiting');
    assert.equal((await bench.finish(engine, id)).error?.code, 'run_timeout');
    assert.equal((await approvalsOf(bench))[0]!.status, 'cancelled');
  });

  it('starts nothing if its timeout is over before the first claim', async (t) => {
    let calls = 0;
    const bench = await createEngineBench(t, () => ++calls);
    const id = await bench.submit(ONE_CALL);
    await bench.select(`update runs set deadline_at = now() - interval '1 second'`);
    assert.equal((await bench.finish(bench.start(), id)).error?.code, 'run_timeout');
    assert.equal(calls, 0);
  });

  it('continues once after an undecided approval', async (t) => {
    const bench = await createEngineBench(t);
    const engine = bench.start();
    const id = await bench.submit(`
  ask: { type: approval, timeout: 1200ms, with: {}, onFailure: continue }
  hold: { type: approval, needs: [ask], join: all_settled, with: {} }
output: "\${{ steps.ask.output == null ? 'default' : 'decided' }}"
`);
    await waitUntil(
      async () => {
        await engine.work(id);
        return (await bench.readSteps(id)).some((step) => step.step === 'hold');
      },
      { what: 'the step after it' },
    );
    const ofAsk = (await approvalsOf(bench)).find((approval) => approval.step === 'ask');
    assert.equal(ofAsk!.status, 'cancelled');
    await approve(bench, id);
    const run = await bench.finish(engine, id);
    assert.equal(run.output, 'default');
    assert.equal(run.steps_done, 2);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { StepError } from '@aio/core/run/step-outcome';
import { createEngineBench, type EngineBench } from './start-engine.ts';
import { approvalsOf, decide, untilStep } from './follow.ts';

const TWO = `
  a: { type: http, with: { url: "http://x/" } }
  b: { type: http, needs: [a], with: { url: "http://x/" } }
`;

/** Times of an attempt, in milliseconds since 1970. */
interface Times {
  ready: number;
  started: number;
  finished: number;
}

const ms = (column: string) => `extract(epoch from ${column})::float8 * 1000`;
const TIMES = `${ms('ready_at')} as ready, ${ms('started_at')} as started, ${ms('finished_at')} as finished`;

/** Times of the run's steps and items by their names, e.g. `a` and `each/0`. */
async function readTimes(bench: EngineBench, runId: string): Promise<Record<string, Times>> {
  const rows = await bench.select(
    `select step || case when iteration < 0 then '' else '/' || iteration end as name, ${TIMES}
     from steps where run_id = $1`,
    runId,
  );
  return Object.fromEntries(rows.map(({ name, ...times }) => [name, times]));
}

async function readRunTimes(bench: EngineBench, runId: string) {
  const [row] = await bench.select(
    `select ${ms('created_at')} as created, ${ms('started_at')} as claimed, ${ms('finished_at')} as finished
     from runs where id = $1`,
    runId,
  );
  return row as { created: number; claimed: number; finished: number };
}

function untilAsked(bench: EngineBench): Promise<string> {
  return waitUntil(async () => (await approvalsOf(bench, 'pending'))[0]?.id, {
    what: 'the question',
  });
}

function slowToCommit(db: Queryable, delayMs: number): Queryable {
  return {
    async query(query) {
      if (query.name === 'commit-progress') await sleep(delayMs);
      return db.query(query);
    },
  };
}

describe('times of steps', () => {
  it('count the wait for a worker as queue time of the run and of its first step', async (t) => {
    const bench = await createEngineBench(t, () => 'ok');
    const id = await bench.submit(TWO);
    await bench.select(`update runs set created_at = created_at - interval '25 seconds'`);
    await bench.finish(bench.start(), id);
    const run = await readRunTimes(bench, id);
    const { a, b } = await readTimes(bench, id);
    assert.equal(a!.ready, run.created);
    assert.ok(run.claimed - run.created >= 25_000);
    assert.ok(a!.started >= run.claimed && a!.started - a!.ready >= 25_000);
    assert.equal(b!.ready, a!.finished);
    assert.ok(run.finished >= b!.finished);
  });

  it('are those of the code, even if commits are slow', async (t) => {
    const commitMs = 1000;
    const bench = await createEngineBench(t, async () => void (await sleep(100)));
    const id = await bench.submit(TWO);
    await bench.finish(bench.start({ db: slowToCommit(bench.db, commitMs) }), id);
    const { a, b } = await readTimes(bench, id);
    for (const { started, finished } of [a!, b!]) {
      assert.ok(finished - started >= 99 && finished - started < commitMs, `${finished - started}`);
    }
    // b's queue time includes the commit before its start.
    assert.ok(b!.started - b!.ready >= commitMs);
  });

  it('include the evaluation in an inline step', async (t) => {
    const busyMs = 50;
    const bench = await createEngineBench(t);
    const engine = bench.start({
      onTransform() {
        for (const until = performance.now() + busyMs; performance.now() < until;);
      },
    });
    const id = await bench.submit(`
  a: { type: transform, with: { value: 1 } }
  b: { type: transform, needs: [a], with: { value: "\${{ steps.a.output }}" } }
`);
    await bench.finish(engine, id);
    const { a, b } = await readTimes(bench, id);
    for (const { started, finished } of [a!, b!]) assert.ok(finished - started >= busyMs);
    assert.ok(b!.started >= a!.finished);
  });

  it('begin at the end of the back-off after a failed attempt', async (t) => {
    let calls = 0;
    const bench = await createEngineBench(t, () => {
      if (++calls === 1) throw new StepError('http_status', 'no', { retryable: true });
      return 'ok';
    });
    const id = await bench.submit(`
  a:
    type: http
    retry: { maxAttempts: 2, backoff: constant, delay: 300ms }
    with: { url: "http://x/" }
`);
    await bench.finish(bench.start(), id);
    const rows = await bench.select(`select ${TIMES} from step_attempts where run_id = $1`, id);
    const [failed] = rows as Times[];
    const { a } = await readTimes(bench, id);
    assert.ok(Math.abs(a!.ready - failed!.finished - 300) < 1, `${a!.ready - failed!.finished}`);
    assert.ok(a!.started >= a!.ready);
  });

  it('end when a wait is over, not when a worker notices', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(`
  pause: { type: delay, with: { duration: 1h } }
  ask: { type: approval, needs: [pause], with: {} }
  after: { type: transform, needs: [ask], with: { value: 1 } }
`);
    const first = bench.start();
    await first.work(id);
    await first.stop(0);
    // An hour and a minute pass.
    const aged = await bench.select(
      `
        with run as (
          update runs set wanted_at = wanted_at - age, created_at = created_at - age
          from (select interval '61 minutes' as age) as given where id = $1
        )
        update steps set ready_at = ready_at - age, started_at = started_at - age, due_at = due_at - age
        from (select interval '61 minutes' as age) as given where run_id = $1 and step = 'pause'
        returning ${ms('due_at')} as due`,
      id,
    );
    const engine = bench.start();
    await engine.work(id);
    const approvalId = await untilAsked(bench);
    await decide(bench, approvalId);
    await bench.finish(engine, id);
    const { pause, ask, after } = await readTimes(bench, id);
    assert.equal(pause!.finished, aged[0].due);
    assert.ok(pause!.finished - pause!.started >= 3_600_000);
    assert.equal(ask!.ready, pause!.finished);
    assert.ok(ask!.started - ask!.ready >= 59_000);
    const [row] = await bench.select(`select ${ms('decided_at')} as decided from approvals`);
    assert.equal(ask!.finished, row.decided);
    assert.equal(after!.ready, ask!.finished);
  });

  it('begin at the end of the latest parent, in whatever order the worker sees them', async (t) => {
    const outside = Promise.withResolvers<string>();
    const bench = await createEngineBench(t, () => outside.promise);
    const id = await bench.submit(`
  ask: { type: approval, with: {} }
  call: { type: http, with: { url: "http://x/" } }
  after: { type: transform, needs: [ask, call], with: { value: 1 } }
`);
    const engine = bench.start();
    void engine.work(id);
    const approvalId = await untilAsked(bench);
    outside.resolve('ok');
    await untilStep(bench, id, 'call', 'succeeded');
    await decide(bench, approvalId);
    // Let the message of the decision arrive an hour late.
    await bench.select(`update run_messages set sent_at = sent_at - interval '1 hour'`);
    await bench.finish(engine, id);
    const { call, after } = await readTimes(bench, id);
    assert.equal(after!.ready, call!.finished);
  });

  it('of an item begin when its map has room for it', async (t) => {
    const bench = await createEngineBench(t, () => sleep(20));
    const id = await bench.submit(`
  each:
    type: map
    over: [1, 2, 3]
    concurrency: 1
    step: { type: http, with: { url: "http://x/" } }
`);
    await bench.finish(bench.start(), id);
    const times = await readTimes(bench, id);
    assert.equal(times['each/0']!.ready, times.each!.started);
    assert.equal(times['each/1']!.ready, times['each/0']!.finished);
    assert.equal(times['each/2']!.ready, times['each/1']!.finished);
    assert.equal(times.each!.finished, times['each/2']!.finished);
  });

  it('continue from the rows after a change of worker', async (t) => {
    const stopped: Promise<void>[] = [];
    const bench = await createEngineBench(t, async ({ step, runId }) => {
      if (step !== 'a') return 'ok';
      // The step ends within the grace, after the release of its run and before the next step.
      stopped.push(first.stop(5000));
      const isHandedBack = async () => (await bench.readRun(runId)).worker_id === null;
      await waitUntil(isHandedBack, { what: 'the run to be released' });
      return 'ok';
    });
    const first = bench.start();
    const id = await bench.submit(TWO);
    await first.work(id);
    await Promise.all(stopped);
    assert.equal((await bench.readSteps(id)).length, 1);
    await bench.finish(bench.start(), id);
    const { a, b } = await readTimes(bench, id);
    assert.equal(b!.ready, a!.finished);
  });
});

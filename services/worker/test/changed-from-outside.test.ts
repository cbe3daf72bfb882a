import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cancelRun } from '@aio/platform/queries/runs/cancel-run';
import { retryRun } from '@aio/platform/queries/runs/retry-run';
import { RETRY } from '@aio/platform/testing/retry';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createEngineBench } from './start-engine.ts';
import { pluck } from '@aio/platform/testing/pluck';
import { approvalsOf, decide, untilStep } from './follow.ts';

const ASKING = `
  a: { type: transform, with: { value: 1 } }
  ask: { type: approval, needs: [a], with: { message: "Go on?" } }
  z: { type: transform, needs: [ask], with: { value: "\${{ steps.ask.output.by }}" } }
output: "\${{ steps.z.output }}"
`;

describe('a run that is changed from outside', () => {
  it('is cancelled while its steps run: they are aborted, and nothing more is written', async (t) => {
    let aborted = false;
    const bench = await createEngineBench(t, async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted = true;
    });
    const engine = bench.start();
    const id = await bench.submit(`
  a: { type: http, with: { url: "http://x/" } }
  b: { type: transform, needs: [a], with: { value: 1 } }
`);
    void engine.work(id);
    await untilStep(bench, id, 'a', 'running');
    await cancelRun(bench.db, id, { onlyOwner: null });
    await assert.rejects(cancelRun(bench.db, id, { onlyOwner: null }), { code: 'run_finished' });
    engine.changed(id);
    await waitUntil(() => aborted && engine.heldRuns() === 0, { what: 'the abort' });
    assert.deepEqual(await bench.readStatuses(id), { a: 'cancelled', b: 'cancelled' });
    assert.equal((await bench.readRun(id)).status, 'cancelled');
  });

  it('applies the first of two decisions that came while no worker held it', async (t) => {
    const bench = await createEngineBench(t);
    const engine = bench.start();
    const id = await bench.submit(ASKING);
    await engine.work(id);
    const [asked] = await approvalsOf(bench, 'pending');
    const answers = await Promise.allSettled(
      ['ann', 'ben'].map((decidedBy) => decide(bench, asked!.id, 'approved', { decidedBy })),
    );
    assert.deepEqual(answers.map((answer) => answer.status).sort(), ['fulfilled', 'rejected']);
    const winner = answers[0]!.status === 'fulfilled' ? 'ann' : 'ben';
    assert.equal((await bench.finish(engine, id)).output, winner);
  });

  it('fails with a rejection', async (t) => {
    const bench = await createEngineBench(t);
    const engine = bench.start();
    const id = await bench.submit(ASKING);
    await engine.work(id);
    const [asked] = await approvalsOf(bench, 'pending');
    await decide(bench, asked!.id, 'rejected', { comment: 'too risky' });
    const run = await bench.finish(engine, id);
    assert.equal(run.error?.code, 'rejected');
    assert.match(run.error!.message, /too risky/);
  });

  it('can be retried as a new run that reuses succeeded steps', async (t) => {
    let healed = false;
    const calls: string[] = [];
    const bench = await createEngineBench(t, ({ step, iteration }) => {
      calls.push(`${step}/${iteration}`);
      if (iteration === 2 && !healed) throw new Error('not yet');
      return iteration;
    });
    const engine = bench.start();
    const id = await bench.submit(`
  a: { type: http, with: { url: "http://x/" } }
  list: { type: transform, needs: [a], with: { value: [1, 2, 3, 4] } }
  each:
    type: map
    needs: [list]
    over: "\${{ steps.list.output }}"
    concurrency: 1
    step: { type: http, with: { url: "http://x/" } }
  sum: { type: transform, needs: [each], with: { value: "\${{ size(steps.each.output) }}" } }
output: "\${{ steps.sum.output }}"
`);
    assert.equal((await bench.finish(engine, id)).status, 'failed');
    healed = true;
    calls.length = 0;
    const { runId } = await retryRun(bench.db, { ...RETRY, runId: id });
    const run = await bench.finish(engine, runId);
    assert.equal(run.output, 4, JSON.stringify(run.error));
    assert.deepEqual(calls, ['each/2', 'each/3']);
    assert.equal(run.steps_total, 8);
    assert.equal(run.steps_done, 8);
    const rows = await bench.readSteps(runId);
    const reused = rows.filter((row) => row.resolution === 'reused');
    assert.deepEqual(pluck(reused, 'step', 'iteration'), [
      ['a', -1],
      ['each', 0],
      ['each', 1],
      ['list', -1],
    ]);
    await assert.rejects(retryRun(bench.db, { ...RETRY, runId }), { code: 'conflict' });
  });

  it('leaves no pending approval if it fails at that moment', async (t) => {
    const bench = await createEngineBench(t, () => {
      throw new Error('at once');
    });
    const id = await bench.submit(`
  ask: { type: approval, with: { message: "Sure?" } }
  bad: { type: http, with: { url: "http://x/" } }
`);
    assert.equal((await bench.finish(bench.start(), id)).status, 'failed');
    assert.deepEqual(await approvalsOf(bench, 'pending'), []);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StepError } from '@aio/core/run/step-outcome';
import type { StepRow } from './engine-rows.ts';
import { createEngineBench } from './start-engine.ts';
import { approvalsOf, decide, untilStarted } from './follow.ts';

const refuse = () => {
  throw new StepError('http_status', 'no', { retryable: false });
};
const states = (rows: StepRow[]) =>
  rows.map((row) => `${row.step}/${row.iteration} ${row.status} ${row.attempt}`);

describe('a map', () => {
  it('of no items succeeds with an empty list', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(`
  each: { type: map, over: [], step: { type: http, with: { url: "http://x/" } } }
  after: { type: transform, needs: [each], with: { value: "\${{ steps.each.output }}" } }
output: "\${{ steps.after.output }}"
`);
    const run = await bench.finish(bench.start(), id);
    assert.deepEqual([run.status, run.output, run.steps_total], ['succeeded', [], 2]);
  });

  it('over a value that is not a list fails as its onFailure says', async (t) => {
    const bench = await createEngineBench(t);
    const yaml = (onFailure: string) => `
  each:
    type: map
    over: "\${{ input.items }}"
    onFailure: ${onFailure}
    step: { type: http, with: { url: "http://x/" } }
  after: { type: transform, needs: [each], join: all_settled, with: { value: "\${{ steps.each.error.code }}" } }
output: "\${{ steps.after.output }}"
`;
    const engine = bench.start();
    const goesOn = await bench.submit(yaml('continue'), { items: 7 });
    assert.equal((await bench.finish(engine, goesOn)).output, 'map_over_no_list');
    const fails = await bench.submit(yaml('fail'), { items: 7 });
    assert.equal((await bench.finish(engine, fails)).error?.code, 'map_over_no_list');
  });

  it('over too many items for a map or a run fails before an item starts', async (t) => {
    const bench = await createEngineBench(t);
    const each = (over: string) =>
      `{ type: map, over: "\${{ ${over} }}", step: { type: http, with: { url: "http://x/" } } }`;
    const list = (length: number) => Array.from({ length }, () => 1);
    const engine = bench.start();
    const wide = await bench.submit(`\n  each: ${each('input.items')}\n`, { items: list(1_001) });
    const { status, error, steps_total } = await bench.finish(engine, wide);
    assert.deepEqual([status, error?.code, steps_total], ['failed', 'map_too_wide', 1]);

    const many = await bench.submit(
      ['a', 'b', 'c', 'd'].map((id) => `\n  ${id}: ${each('input.items')}\n`).join(''),
      { items: list(1_000) },
    );
    const run = await bench.finish(engine, many);
    assert.deepEqual([run.status, run.error?.code], ['failed', 'too_many_steps']);
  });

  it('keeps the places of items that failed with continue', async (t) => {
    const bench = await createEngineBench(t, ({ iteration }) =>
      iteration === 1 ? refuse() : iteration,
    );
    const id = await bench.submit(`
  each:
    type: map
    over: [5, 6, 7]
    step: { type: http, with: { url: "http://x/" }, onFailure: continue }
output: "\${{ steps.each.output }}"
`);
    assert.deepEqual((await bench.finish(bench.start(), id)).output, [0, null, 2]);
  });

  it('retries items while others run', async (t) => {
    const bench = await createEngineBench(t, async ({ iteration, attempt }) => {
      if (iteration! % 2 === 0 && attempt < 3)
        throw new StepError('http_status', 'no', { retryable: true });
      await new Promise((resolve) => setTimeout(resolve, 20));
      return iteration;
    });
    const id = await bench.submit(`
  each:
    type: map
    over: [1, 1, 1, 1, 1, 1]
    concurrency: 2
    step: { type: http, with: { url: "http://x/" }, retry: { maxAttempts: 3, delay: 30ms } }
output: "\${{ steps.each.output }}"
`);
    const run = await bench.finish(bench.start({ slots: 2 }), id);
    assert.deepEqual(run.output, [0, 1, 2, 3, 4, 5]);
    assert.equal(run.steps_done, run.steps_total);
  });

  it('does not count items that never started when it fails and the run continues', async (t) => {
    const bench = await createEngineBench(t, refuse);
    const id = await bench.submit(`
  each:
    type: map
    over: [1, 2, 3, 4, 5]
    concurrency: 1
    onFailure: continue
    step: { type: http, with: { url: "http://x/" } }
`);
    const run = await bench.finish(bench.start(), id);
    assert.deepEqual([run.status, run.steps_done, run.steps_total], ['succeeded', 2, 2]);
  });

  it('of approvals applies each decision once, whenever it came', async (t) => {
    const bench = await createEngineBench(t);
    const engine = bench.start();
    const id = await bench.submit(`
  list: { type: transform, with: { value: [1, 2, 3] } }
  each:
    type: map
    needs: [list]
    over: "\${{ steps.list.output }}"
    step:
      type: approval
      with: {}
      onFailure: continue
output: "\${{ steps.each.output }}"
`);
    await engine.work(id);
    const asked = await approvalsOf(bench);
    assert.equal(asked.length, 3);
    for (const [nth, approval] of asked.entries()) {
      await decide(bench, approval.id, nth === 1 ? 'rejected' : 'approved');
      if (nth === 0) await engine.work(id);
    }
    const run = await bench.finish(engine, id);
    const approved = { decision: 'approved', comment: null, by: 'ann' };
    assert.deepEqual(run.output, [approved, null, approved]);
    assert.deepEqual([run.steps_done, run.steps_total], [5, 5]);
    assert.deepEqual(states(await bench.readSteps(id)), [
      'each/-1 succeeded 1',
      'each/0 succeeded 1',
      'each/1 failed 1',
      'each/2 succeeded 1',
      'list/-1 succeeded 1',
    ]);
  });

  it('of approvals is rejected with an item', async (t) => {
    const bench = await createEngineBench(t);
    const engine = bench.start();
    const id = await bench.submit(`
  each: { type: map, over: [1, 2], step: { type: approval } }
`);
    await engine.work(id);
    const [asked] = await approvalsOf(bench);
    await decide(bench, asked!.id, 'rejected');
    const run = await bench.finish(engine, id);
    assert.deepEqual([run.status, run.error?.code], ['failed', 'rejected']);
  });

  it('that is taken over runs only unfinished items, and declares poison at the fifth crash', async (t) => {
    const calls: number[] = [];
    let hang = true;
    const bench = await createEngineBench(t, async ({ iteration, signal }) => {
      calls.push(iteration!);
      if (hang && iteration! >= 2) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      }
      return iteration;
    });
    const id = await bench.submit(`
  list: { type: transform, with: { value: [1, 2, 3, 4, 5, 6] } }
  each:
    type: map
    needs: [list]
    over: "\${{ steps.list.output }}"
    concurrency: 4
    step:
      type: http
      with: { url: "http://x/" }
      onFailure: continue
output: "\${{ steps.each.output }}"
`);
    const dead = bench.start();
    void dead.work(id);
    await untilStarted(bench, id, 4);
    await dead.vanish();
    await bench.select(
      `update steps set crashes = case iteration when 2 then 4 when 3 then 3 end where iteration in (2, 3)`,
    );
    hang = false;
    calls.length = 0;
    const run = await bench.finish(bench.start(), id);
    assert.deepEqual(run.output, [0, 1, null, 3, 4, 5], JSON.stringify(run.error));
    assert.deepEqual(calls.sort(), [3, 4, 5]);
    assert.deepEqual([run.steps_done, run.steps_total], [8, 8]);
    const rows = await bench.readSteps(id);
    const crashes = rows.filter((row) => row.iteration >= 2).map((row) => row.crashes);
    assert.deepEqual(crashes, [5, 4, 1, 1]);
  });
});

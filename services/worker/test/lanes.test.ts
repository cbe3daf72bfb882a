import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { ONE_CALL, untilEnded, untilRun, untilStep } from './follow.ts';
import { createOutside } from './outside.ts';
import { createEngineBench, type EngineBench } from './start-engine.ts';
import { pauseWorkflow, resumeWorkflow } from '@aio/platform/queries/workflows/paused-workflows';

const wide = (items: number) => `
  each:
    type: map
    over: [${Array.from({ length: items }, (_, n) => n).join(', ')}]
    concurrency: ${items}
    step: { type: http, with: { url: "http://x/" } }
`;

const untilWaiting = ({ queues }: EngineBench, jobs: number) =>
  waitUntil(async () => (await queues.counts())!.get('http')!.waiting === jobs, {
    what: `${jobs} waiting jobs`,
  });

describe('a lane', () => {
  it('fills the slots of all workers that serve it, the holder of the run included', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const id = await bench.submit(wide(20));
    const holder = bench.start({ slots: 4 });
    void holder.work(id);
    const others = [bench.start({ slots: 3, maxRuns: 0 }), bench.start({ slots: 2, maxRuns: 0 })];
    await outside.untilOpen(9);
    for (const [engine, slots] of [
      [holder, 4],
      [others[0]!, 3],
      [others[1]!, 2],
    ] as const)
      assert.equal(outside.openOf(engine.id).length, slots);
    outside.answerAll();
    assert.equal((await untilEnded(bench, id)).status, 'succeeded');
    assert.deepEqual([...outside.counts.values()], Array(20).fill(1));
  });

  it('is fair: one step of another workflow does not wait for a long backlog', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const backlog = await bench.submit(wide(200));
    const engine = bench.start({ slots: 2 });
    void engine.work(backlog);
    await outside.untilOpen(2);
    await untilWaiting(bench, 198);
    const id = await bench.submit(ONE_CALL);
    await untilStep(bench, id, 'a', 'ready');
    await untilWaiting(bench, 199);
    for (const call of outside.open) call.answer();
    await waitUntil(() => outside.counts.get('a') === 1, { what: 'its call, among the next two' });
    assert.ok(outside.counts.size <= 5, `${outside.counts.size} calls came before`);
    outside.answerAll();
    await untilEnded(bench, backlog);
  });

  it('goes on with a step whose run was released, and wakes the run with the result', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const id = await bench.submit(ONE_CALL);
    const engine = bench.start();
    void engine.work(id);
    await outside.untilOpen(1);
    const released = await untilRun(bench, id, 'to be released', (run) => run.worker_id === null);
    assert.deepEqual([released.status, engine.executing()], ['running', 1]);
    outside.answerAll('done');
    const run = await untilEnded(bench, id);
    assert.deepEqual([run.status, run.epoch], ['succeeded', 2]);
  });

  it('isolates a step that has killed four workers', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const suspect = await bench.submit(ONE_CALL);
    const holder = bench.start({ slots: 0 });
    void holder.work(suspect);
    await untilStep(bench, suspect, 'a', 'ready');
    await holder.stop(0);
    await bench.select('update steps set crashes = 4, attempt = 4');
    const neighbour = await bench.submit(ONE_CALL);
    const engine = bench.start({ slots: 4 });
    void engine.work(neighbour);
    const [first] = await outside.untilOpen(1);
    first!.answer();
    const [second] = await outside.untilOpen(1);
    second!.answer();
    await untilEnded(bench, neighbour);
    assert.equal((await untilEnded(bench, suspect)).status, 'succeeded');
  });
});

describe('a paused workflow', () => {
  it('starts no run until it is resumed; others do meanwhile', async (t) => {
    const outside = createOutside();
    outside.answerAll();
    const bench = await createEngineBench(t, outside.http);
    const [id, other] = [await bench.submit(ONE_CALL), await bench.submit(ONE_CALL)];
    const nameOf = async (runId: string): Promise<string> => {
      const rows = await bench.select(
        'select workflow_name as name from runs where id = $1',
        runId,
      );
      return rows[0].name;
    };
    await pauseWorkflow(bench.db, await nameOf(id), null);
    bench.start();
    for (const runId of [id, other]) await bench.send(runId);
    assert.equal((await untilEnded(bench, other)).status, 'succeeded');
    const jobs = async () => {
      const { waiting, active } = (await bench.queues.counts())!.get('default')!;
      return waiting + active;
    };
    await waitUntil(async () => (await jobs()) === 0, { what: 'its job to be dropped' });
    assert.equal((await bench.readRun(id)).status, 'queued');

    await resumeWorkflow(bench.db, await nameOf(id));
    assert.equal((await untilEnded(bench, id)).status, 'succeeded');
  });
});

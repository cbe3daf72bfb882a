import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pauseWorkflow, resumeWorkflow } from '@aio/platform/queries/paused-workflows';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { ONE_CALL, untilEnded } from './follow.ts';
import { createOutside } from './outside.ts';
import { createEngineBench } from './start-engine.ts';

const RESUMED_WITHIN_MS = 5_000;

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

    const resumedAt = performance.now();
    await resumeWorkflow(bench.db, await nameOf(id));
    assert.equal((await untilEnded(bench, id)).status, 'succeeded');
    const tookMs = performance.now() - resumedAt;
    assert.ok(tookMs < RESUMED_WITHIN_MS, `the run ended ${tookMs} ms after the workflow went on`);
  });

  it('continues a started run, also in another worker', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const id = await bench.submit(ONE_CALL);
    const first = bench.start();
    void first.work(id);
    await outside.untilOpen(1);
    const rows = await bench.select('update workflows set paused_at = now() returning name');
    assert.equal(rows.length, 1);
    await first.stop(0);
    bench.start();
    await outside.untilOpen(1);
    outside.answerAll();
    assert.equal((await untilEnded(bench, id)).status, 'succeeded');
  });
});

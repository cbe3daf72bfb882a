import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRunTerminal, type RunStatus } from '@aio/core/run/states';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { SUSPECT_TAKEOVERS } from '@aio/platform/queries/engine/claim-runs';
import { cutOff, failQuery } from './failing-queries.ts';
import { untilRun } from './follow.ts';
import { createEngineBench } from './start-engine.ts';

/** No step comes before the one that kills: on a slow machine its commit would be progress. */
const KILLS = `
  kills: { type: transform, with: { value: 1 } }
  after: { type: transform, needs: [kills], with: { value: 2 } }
`;

const HARMLESS = `
  a: { type: transform, with: { value: 1 } }
  b: { type: http, needs: [a], with: { url: "http://x/" } }
output: "\${{ steps.a.output }}"
`;

const LIVES = 10;

describe('a run that loses its workers without progress', () => {
  it('is poison after the fifth, and other runs of the same workers end', async (t) => {
    const bench = await createEngineBench(t);
    const neighbours: string[] = [];
    for (let count = 0; count < 3; count++) neighbours.push(await bench.submit(HARMLESS));
    const killer = await bench.submit(KILLS);
    for (let count = 0; count < 3; count++) neighbours.push(await bench.submit(HARMLESS));
    const readAll = () => Promise.all([killer, ...neighbours].map(bench.readRun));
    const areOver = async () =>
      (await readAll()).every(({ status }) => isRunTerminal(status as RunStatus));

    let deaths = 0;
    for (let life = 0; life < LIVES && !(await areOver()); life++) {
      let isDead = false;
      const db = cutOff(bench.db);
      const engine = bench.start({
        db,
        onTransform({ step }) {
          // The first two workers die before any run has a step row.
          if (isDead || (life >= 2 && step !== 'kills')) return;
          isDead = true;
          void db.cut();
        },
      });
      for (const id of [killer, ...neighbours]) await bench.send(id);
      await waitUntil(async () => isDead || (await areOver()), {
        what: 'the worker to die, or all runs to end',
      });
      await db.cut();
      if (isDead && (await bench.readRun(killer)).worker_id === engine.id) deaths += 1;
      await engine.vanish();
    }

    const run = await bench.readRun(killer);
    assert.deepEqual([run.status, run.error?.code, deaths], ['failed', 'poison', 5]);
    assert.match(run.error!.message, /^5 workers died while they held this run/);
    const cancelled = { kills: 'cancelled', after: 'cancelled' };
    assert.deepEqual(await bench.readStatuses(killer), cancelled);
    const ends = await Promise.all(neighbours.map(bench.readRun));
    for (const { status } of ends) assert.equal(status, 'succeeded');
  });

  it('is not poison if workers release it', async (t) => {
    let isOpen = false;
    const bench = await createEngineBench(t, (call) =>
      isOpen
        ? 'ok'
        : new Promise((_, reject) => {
            call.signal.addEventListener('abort', () => reject(call.signal.reason as Error));
          }),
    );
    const id = await bench.submit(HARMLESS);
    for (let life = 0; life < 6; life++) {
      const engine = bench.start();
      void engine.work(id);
      await untilRun(bench, id, 'to run', (run) => run.worker_id === engine.id);
      await engine.stop(0);
      assert.equal((await bench.readRun(id)).fruitless_takeovers, 0);
    }
    isOpen = true;
    assert.equal((await bench.finish(bench.start(), id)).status, 'succeeded');
  });

  it('is not tried while its trial cannot be counted', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(HARMLESS);
    await bench.select(
      `update runs set status = 'running', epoch = 1, fruitless_takeovers = ${SUSPECT_TAKEOVERS}, wanted_at = now(),
               worker_id = gen_random_uuid() where id = $1`,
      id,
    );
    let executed = 0;
    const db = failQuery(bench.db, 'count-trial');
    const engine = bench.start({ db, onTransform: () => void executed++ });
    await waitUntil(() => db.left() === 0, { what: 'the trial to be counted' });
    assert.deepEqual([db.left(), executed], [0, 0]);
    assert.equal((await bench.finish(engine, id)).status, 'succeeded');
  });
});

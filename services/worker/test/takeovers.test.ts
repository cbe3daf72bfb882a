import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { StepError } from '@aio/core/run/step-outcome';
import { untilStarted } from './follow.ts';
import { createEngineBench, type EngineBench } from './start-engine.ts';

const ROUNDS = 4;

const ALL_KINDS = `
  list: { type: transform, with: { value: [1, 2, 3, 4, 5, 6, 7, 8] } }
  first: { type: http, with: { url: "http://x/" }, retry: { maxAttempts: 9, delay: 20ms } }
  pause: { type: delay, needs: [list], with: { duration: 150ms } }
  each:
    type: map
    needs: [list]
    over: "\${{ steps.list.output }}"
    concurrency: 3
    step:
      type: http
      with: { url: "http://x/" }
      retry: { maxAttempts: 9, delay: 15ms }
      onFailure: continue
  fails: { type: http, with: { url: "http://fails/" }, onFailure: continue }
  below: { type: transform, needs: [fails], with: { value: 1 } }
  waits: { type: map, needs: [list], over: [1, 2, 3], step: { type: delay, with: { duration: 80ms } } }
  last:
    type: transform
    needs: [first, pause, each, below, waits]
    join: all_settled
    with: { value: "\${{ size(steps.each.output) + size(steps.waits.output) }}" }
output: "\${{ steps.last.output }}"
`;

/** Random numbers below 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

async function readNumbers(bench: EngineBench, id: string): Promise<number[]> {
  const rows = await bench.select(
    `select n from (
       select 1::bigint as n
       union all select unnest(array[started_seq, finished_seq]) from runs where id = $1
       union all select unnest(array[started_seq, waiting_seq, finished_seq]) from steps where run_id = $1
       union all
       select unnest(array[a.started_seq, a.finished_seq]) from step_attempts a
         join steps s using (run_id, step, iteration)
       where a.run_id = $1
     ) as numbers where n is not null`,
    id,
  );
  return rows.map((row) => Number(row.n));
}

describe('a run that goes from worker to worker', () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    it(`has the counts and numbers of a run with one worker (seed ${seed})`, async (t) => {
      const random = seeded(seed * 7919);
      const bench = await createEngineBench(t, async ({ with: { url }, signal }) => {
        await sleep(random() * 25, undefined, { signal });
        if (url === 'http://fails/' || random() < 0.3)
          throw new StepError('http_status', 'no', { retryable: true });
        return 'ok';
      });
      const id = await bench.submit(ALL_KINDS);
      for (let life = 0; life < 4; life++) {
        const engine = bench.start({ slots: 4 });
        void engine.work(id).catch(() => undefined);
        await sleep(random() * 120);
        if (random() < 0.5) await engine.stop(random() * 20);
        else await engine.vanish();
      }
      const run = await bench.finish(bench.start(), id);
      assert.deepEqual([run.status, run.output], ['succeeded', 11], JSON.stringify(run.error));
      const rows = await bench.readSteps(id);
      assert.deepEqual([run.steps_done, run.steps_total], [rows.length, rows.length]);
      const open = rows.filter((row) => row.finished_at === null);
      assert.deepEqual(open, []);
      const numbers = await readNumbers(bench, id);
      assert.equal(new Set(numbers).size, numbers.length, 'a number occurs twice');
      assert.equal(Math.max(...numbers), run.event_seq);
    });
  }

  it('continues after a step that is declared poison at the takeover', async (t) => {
    const bench = await createEngineBench(t, () => new Promise(() => {}));
    const id = await bench.submit(`
  kills: { type: http, with: { url: "http://x/" }, onFailure: continue }
  skipped: { type: transform, needs: [kills], with: { value: 1 } }
  after: { type: transform, needs: [skipped], join: all_settled, with: { value: 2 } }
output: "\${{ steps.after.output }}"
`);
    const dead = bench.start();
    void dead.work(id);
    await untilStarted(bench, id, 1);
    await bench.select('update steps set crashes = 4');
    await dead.vanish();
    const run = await bench.finish(bench.start(), id);
    assert.deepEqual([run.status, run.output], ['succeeded', 2]);
    const statuses = { kills: 'failed', skipped: 'skipped', after: 'succeeded' };
    assert.deepEqual(await bench.readStatuses(id), statuses);
    const codes = (await bench.readSteps(id)).map(({ error }) => error?.code);
    assert.deepEqual(codes, [undefined, 'poison', undefined]);
  });
});

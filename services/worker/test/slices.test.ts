import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, it } from 'node:test';
import { untilRun } from './follow.ts';
import { createEngineBench } from './start-engine.ts';

/** Takes some milliseconds to evaluate. */
const SLOW = 'input.list.filter(a, input.list.exists(b, b == a + 1000)).size()';
const INPUT = { list: Array.from({ length: 250 }, (_, index) => index) };
const EVALUATIONS = 200;

const repeated = (step: string) =>
  `\n${Array.from({ length: EVALUATIONS }, (_, index) => `  s${index}: ${step}`).join('\n')}`;

const HEAVY: Readonly<Record<string, string>> = {
  'independent transforms': repeated(`{ type: transform, with: { value: "\${{ ${SLOW} }}" } }`),
  conditions: repeated(`{ type: transform, if: "${SLOW} == 0", with: { value: 1 } }`),
  'items of a map': `
  each:
    type: map
    over: ${JSON.stringify(Array.from({ length: EVALUATIONS }, (_, index) => index))}
    concurrency: 100
    step: { type: transform, with: { value: "\${{ ${SLOW} + item }}" } }
`,
  'calls that begin at once': repeated(
    `{ type: http, with: { url: "\${{ 'http://x/' + string(${SLOW}) }}" } }`,
  ),
};

const LIGHT = `
  a: { type: transform, with: { value: 1 } }
  b: { type: http, needs: [a], with: { url: "http://x/" } }
output: "\${{ steps.a.output }}"
`;

describe('a run with much to evaluate', () => {
  for (const [name, shape] of Object.entries(HEAVY)) {
    it(`lets leases, probes and other runs go on: ${name}`, async (t) => {
      const bench = await createEngineBench(t);
      const engine = bench.start({ slots: 400 });
      // Compile and plan first, because both happen once.
      assert.equal((await bench.finish(engine, await bench.submit(LIGHT))).status, 'succeeded');
      const heavy = await bench.submit(shape, INPUT);
      const startedAt = performance.now();
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      await bench.send(heavy);
      const light: (Date | null)[] = [];
      while ((await bench.readRun(heavy)).finished_at === null) {
        const { status, finished_at } = await bench.finish(engine, await bench.submit(LIGHT));
        assert.equal(status, 'succeeded');
        light.push(finished_at);
      }
      delay.disable();
      const run = await bench.readRun(heavy);
      assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
      // A slice has one expression. All expressions together take most of the time.
      const [worst, took] = [delay.max / 1e6, performance.now() - startedAt];
      assert.ok(worst < took / 4, `the event loop was blocked for ${worst} of ${took} ms`);
      const [first] = light;
      assert.ok(first && first < run.finished_at!, 'a light run ended before the heavy one');
    });
  }

  it('stops between two slices when it is cancelled', async (t) => {
    const bench = await createEngineBench(t);
    const engine = bench.start();
    const id = await bench.submit(HEAVY['independent transforms']!, INPUT);
    void engine.work(id);
    await untilRun(bench, id, 'to have ended some steps', (run) => run.steps_done > 0);
    await bench.select(
      `
        update runs set status = 'cancelled', epoch = epoch + 1, worker_id = null,
          finished_at = now() where id = $1`,
      id,
    );
    engine.changed(id);
    await untilRun(bench, id, 'to be left', () => engine.heldRuns() === 0);
    const { length } = await bench.readSteps(id);
    assert.ok(length < EVALUATIONS, `${length} steps were written`);
  });

  it('is released between two slices, and keeps its results', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(HEAVY['independent transforms']!, INPUT);
    const first = bench.start();
    void first.work(id);
    await untilRun(bench, id, 'to have ended some steps', (run) => run.steps_done > 0);
    await first.stop(0);
    const handedBack = await bench.readRun(id);
    assert.equal(handedBack.worker_id, null);
    assert.ok(handedBack.steps_done > 0 && handedBack.steps_done < EVALUATIONS);
    const kept = await bench.readSteps(id);
    const run = await bench.finish(bench.start(), id);
    assert.deepEqual([run.status, run.steps_done], ['succeeded', EVALUATIONS]);
    const after = new Map((await bench.readSteps(id)).map((row) => [row.step, row]));
    for (const { step, finished_at } of kept) {
      assert.deepEqual(after.get(step)!.finished_at, finished_at);
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cancelRun } from '@aio/platform/queries/runs/cancel-run';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { StepError } from '@aio/core/run/step-outcome';
import { refuseQuery, refuseText } from './failing-queries.ts';
import { createOutside } from './outside.ts';
import { createEngineBench } from './start-engine.ts';
import { ONE_CALL } from './follow.ts';

describe('values that the database or a timer cannot take', () => {
  it('a message that cannot be stored fails its run, and no other', async (t) => {
    const bench = await createEngineBench(t, () => 'ok');
    const engine = bench.start({ db: refuseText(bench.db, 'not for you') });
    const [bad, good] = await Promise.all([
      bench.submit(
        `
  a: { type: transform, with: { value: 1 } }
  ask: { type: approval, with: { message: "\${{ input.message }}" } }
  after: { type: transform, needs: [ask], with: { value: 1 } }
  skipped: { type: transform, needs: [a], if: "false", with: { value: 1 } }
`,
        { message: 'not for you' },
      ),
      bench.submit(ONE_CALL),
    ]);
    await Promise.all([engine.work(bad), engine.work(good)]);
    assert.equal((await bench.readRun(good)).status, 'succeeded');
    const run = await bench.readRun(bad);
    assert.deepEqual([run.status, run.error?.code], ['failed', 'not_storable']);
    const rows = await bench.readSteps(bad);
    assert.deepEqual([run.steps_done, run.steps_total], [4, 4]);
    assert.equal(rows.length, 4);
    for (const row of rows) assert.ok(row.finished_at, `${row.step} is ${row.status}`);
  });

  for (const [what, made] of [
    ['the same', (step: string) => `\${{ steps.${step}.output }}`],
    ['something else', (step: string) => `\${{ steps.${step}.output != null }}`],
  ] as const) {
    it(`${what}, computed from a refused result, is refused with it`, async (t) => {
      const bench = await createEngineBench(t);
      const steps = Array.from({ length: 200 }, (_, index) => {
        const value = index === 0 ? 'not for you' : made(`s${index - 1}`);
        const needs = index === 0 ? '' : `needs: [s${index - 1}], `;
        return `  s${index}: { type: transform, ${needs}with: { value: "${value}" } }\n`;
      });
      const id = await bench.submit(`\n${steps.join('')}`);
      const run = await bench.finish(bench.start({ db: refuseText(bench.db, 'not for you') }), id);
      assert.deepEqual([run.status, run.error?.code], ['failed', 'not_storable']);
      assert.deepEqual([run.steps_done, run.steps_total], [200, 200]);
      const rows = await bench.readSteps(id);
      assert.equal(rows.length, 200);
      for (const row of rows) assert.ok(row.status !== 'succeeded' && row.finished_at, row.step);
    });
  }

  it('outputs that cannot be read fail a run that needs them for its output', async (t) => {
    const bench = await createEngineBench(t, () => 'x'.repeat(5000));
    const id = await bench.submit(ONE_CALL);
    const engine = bench.start({ db: refuseQuery(bench.db, 'load-facts') });
    const run = await bench.finish(engine, id);
    assert.deepEqual([run.status, run.error?.code], ['failed', 'outputs_unreadable']);
  });

  it('a run whose changes cannot be read does not hide changes of others', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const db = refuseQuery(bench.db, 'load-lane-steps');
    const engine = bench.start({ db, leaseMs: 600, slots: 0 });
    void engine.work(await bench.submit(ONE_CALL));
    await waitUntil(() => engine.heldRuns() === 1, { what: 'the first run' });
    const cancelled = await bench.submit(ONE_CALL);
    void engine.work(cancelled);
    await waitUntil(async () => (await bench.readSteps(cancelled)).length === 1, {
      what: 'its step',
    });
    // No message announces the cancel.
    await cancelRun(bench.db, cancelled, { onlyOwner: null });
    await waitUntil(() => engine.heldRuns() === 1, {
      what: 'the worker to drop the cancelled run',
    });
  });

  it('a delay longer than a year fails its step', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(
      `
  pause: { type: delay, with: { duration: "\${{ input.pause }}" } }
`,
      { pause: '999999999999d' },
    );
    assert.equal((await bench.finish(bench.start(), id)).error?.code, 'bad_duration');
  });

  it('a long queue of steps that fail before they start does not block slots', async (t) => {
    const first = Promise.withResolvers<void>();
    const bench = await createEngineBench(t, () => first.promise);
    const steps = Array.from(
      { length: 300 },
      (_, n) =>
        `  s${n}: { type: http, with: { url: "\${{ input.missing }}" }, onFailure: continue }`,
    );
    const id = await bench.submit(
      `\n  a: { type: http, with: { url: "http://x/" } }\n${steps.join('\n')}\n`,
    );
    const engine = bench.start({ slots: 1 });
    const done = engine.work(id);
    await waitUntil(async () => (await bench.readSteps(id)).length > 300, { what: 'the queue' });
    first.resolve();
    await done;
    const run = await bench.readRun(id);
    assert.deepEqual([run.status, run.steps_done], ['succeeded', 301]);
  });

  it('a server that asks to wait gets no call before', async (t) => {
    const at: number[] = [];
    const bench = await createEngineBench(t, () => {
      at.push(performance.now());
      if (at.length === 1)
        throw new StepError('http_status', 'later', { retryable: true, retryAfterMs: 400 });
      return 'ok';
    });
    const id = await bench.submit(`
  a: { type: http, with: { url: "http://x/" }, retry: { maxAttempts: 2, delay: 1ms } }
`);
    assert.equal((await bench.finish(bench.start(), id)).status, 'succeeded');
    assert.ok(at[1]! - at[0]! >= 399);
  });
});

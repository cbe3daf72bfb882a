import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Replay, replayRun } from '@aio/platform/queries/runs/replay-run';
import { StepError } from '@aio/core/run/step-outcome';
import { createEngineBench } from './start-engine.ts';

const REQUEST = {
  onlyOwner: null,
  by: 'local',
  input: null,
  from: null,
  timeoutMs: null,
  namesOf: () => ({ title: null, labels: null }),
  traceparent: null,
  parentSpanId: null,
  tracestate: null,
  idempotency: null,
} satisfies Omit<Replay, 'runId'>;

const WORKFLOW = `
  fetch: { type: http, with: { url: "http://x/fetch" } }
  bad: { type: http, with: { url: "http://x/bad" }, onFailure: continue }
  never: { type: http, needs: [fetch], if: "false", with: { url: "http://x/never" } }
  each:
    type: map
    needs: [fetch, bad, never]
    join: all_settled
    over: [1, 2]
    step: { type: http, with: { url: "http://x/item" } }
  add: { type: transform, needs: [each], with: { value: "\${{ steps.fetch.output + input.n }}" } }
  last: { type: http, needs: [add], with: { url: "http://x/last" } }
output: "\${{ steps.add.output }}"
`;

describe('a run that is repeated', () => {
  it('reuses steps that do not depend on the chosen step, also skipped and failed ones', async (t) => {
    let calls: string[] = [];
    const bench = await createEngineBench(t, (call) => {
      const { pathname } = new URL(String(call.with['url']));
      calls.push(pathname);
      if (pathname === '/bad') throw new StepError('http_status', 'no', { retryable: false });
      return 10;
    });
    const engine = bench.start();
    const first = await bench.submit(WORKFLOW, { n: 1 });
    const ended = await bench.finish(engine, first);
    assert.deepEqual([ended.status, ended.output], ['succeeded', 11]);

    async function repeat(replay: Partial<Replay>) {
      calls = [];
      const { runId } = await replayRun(bench.db, { ...REQUEST, runId: first, ...replay });
      const run = await bench.finish(engine, runId);
      const steps = new Map((await bench.readSteps(runId)).map((row) => [keyOf(row), row]));
      assert.equal(run.status, 'succeeded');
      assert.deepEqual([run.steps_done, run.steps_total], [8, 8]);
      return { run, steps, calls: calls.toSorted() };
    }

    const fromAdd = await repeat({ input: '{"n": 5}', from: { step: 'add', output: null } });
    assert.deepEqual([fromAdd.run.output, fromAdd.calls], [15, ['/last']]);
    for (const [step, status, resolution] of [
      ['fetch', 'succeeded', 'reused'],
      ['bad', 'failed', null],
      ['never', 'skipped', null],
      ['each', 'succeeded', 'reused'],
      ['each/1', 'succeeded', 'reused'],
      ['add', 'succeeded', null],
    ] as const)
      assert.partialDeepStrictEqual(fromAdd.steps.get(step), { status, resolution });

    const edited = await repeat({ from: { step: 'fetch', output: '20' } });
    assert.equal(edited.run.output, 21);
    assert.deepEqual(edited.calls, ['/item', '/item', '/last']);
    assert.equal(edited.steps.get('fetch')!.resolution, 'edited');
    assert.equal(edited.steps.get('bad')!.status, 'failed');

    const whole = await repeat({});
    assert.deepEqual(whole.calls, ['/bad', '/fetch', '/item', '/item', '/last']);
  });

  it('of a failed run can start at the failed step, but not after it', async (t) => {
    let isBroken = true;
    const calls: string[] = [];
    const bench = await createEngineBench(t, (call) => {
      const { pathname } = new URL(String(call.with['url']));
      calls.push(pathname);
      if (isBroken && pathname === '/b')
        throw new StepError('http_status', 'no', { retryable: false });
      return 'ok';
    });
    const engine = bench.start();
    const id = await bench.submit(`
  a: { type: http, with: { url: "http://x/a" } }
  b: { type: http, needs: [a], with: { url: "http://x/b" } }
  c: { type: http, needs: [b], with: { url: "http://x/c" } }
`);
    assert.equal((await bench.finish(engine, id)).status, 'failed');
    isBroken = false;
    const replay = { ...REQUEST, runId: id };
    await assert.rejects(replayRun(bench.db, { ...replay, from: { step: 'c', output: null } }), {
      code: 'validation_failed',
    });
    const { runId } = await replayRun(bench.db, { ...replay, from: { step: 'b', output: null } });
    assert.equal((await bench.finish(engine, runId)).status, 'succeeded');
    assert.deepEqual(calls, ['/a', '/b', '/b', '/c']);
  });
});

function keyOf({ step, iteration }: { step: string; iteration: number }): string {
  return iteration === -1 ? step : `${step}/${iteration}`;
}

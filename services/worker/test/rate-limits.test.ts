import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StepError } from '@aio/core/run/step-outcome';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { type EngineBench, createEngineBench } from './start-engine.ts';
import { createOutside } from './outside.ts';
import { untilStep } from './follow.ts';

const SLOW = 'openai/slow';
const ASK = 'type: llm, with: { model: openai/slow, prompt: x }';

/** A refusal of a model. */
function refusal(retryAfterMs: number | null): StepError {
  return new StepError('llm_rate_limited', 'Too many.', { retryable: true, retryAfterMs });
}

/** A model that refuses the first calls of each step. */
function refusing(times: number, retryAfterMs: number | null) {
  const calls = new Map<string, number>();
  const answer = ({ step, iteration }: { step: string; iteration: number | null }) => {
    const name = `${step}/${iteration}`;
    calls.set(name, (calls.get(name) ?? 0) + 1);
    if (calls.get(name)! <= times) throw refusal(retryAfterMs);
    return 'ok';
  };
  return { answer, calls };
}

const countsOf = async ({ queues }: EngineBench) => (await queues.counts())!.get('llm')!;
/** Pauses a model for a minute. Without a connection to Redis, there are no pauses. */
async function pause({ rates }: EngineBench, model: string): Promise<void> {
  const isPaused = async () => (await rates.admit(model, false)).waitMs > 0;
  await waitUntil(async () => (await rates.pause(model, 60_000)) > 0 && (await isPaused()), {
    what: 'the pause',
  });
}

const runningOf = async (bench: EngineBench, id: string) =>
  (await bench.readSteps(id)).filter(({ kind, status }) => kind === 'llm' && status === 'running');

describe('a model that refuses calls', () => {
  it('and is named by an expression holds no slot and no running step while it is paused', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    await pause(bench, SLOW);
    const engine = bench.start({ llmSlots: 2 });
    const paused = await bench.submit(
      `
  models: { type: transform, with: { value: "\${{ input.model }}" } }
  each:
    needs: [models]
    type: map
    over: "\${{ input.items }}"
    concurrency: 200
    step: { type: llm, with: { model: "\${{ steps.models.output }}", prompt: "x \${{ item }}" } }
`,
      { model: SLOW, items: Array.from({ length: 200 }, (_, item) => item) },
    );
    void engine.work(paused);
    await waitUntil(async () => (await countsOf(bench)).delayed >= 198, {
      what: '200 jobs back in their queue',
    });
    const job = `${paused}.each.7.1`;
    await waitUntil(
      async () => {
        const held = (await bench.queues.findHeldBack('llm', [job]))?.get(job);
        return typeof held === 'object' && held.resource === SLOW;
      },
      { what: 'a job that names its model' },
    );

    const other = await bench.submit(
      `
  a: { type: llm, with: { model: "\${{ input.model }}", prompt: x } }
`,
      { model: 'openai/quick' },
    );
    const ended = bench.finish(engine, other);
    await outside.untilOpen(1);
    assert.deepEqual(await runningOf(bench, paused), []);
    assert.equal(engine.executing(), 1, 'only the other step holds a slot');
    outside.answerAll('ok');
    assert.equal((await ended).status, 'succeeded');
    assert.deepEqual(await runningOf(bench, paused), []);
    assert.deepEqual([...outside.counts], [['a', 1]]);
  });

  it('and is named by an expression gets the call when its pause is over', async (t) => {
    const { answer, calls } = refusing(1, 300);
    const bench = await createEngineBench(t, answer);
    const step = '{ type: llm, with: { model: "${{ item }}", prompt: x } }';
    const id = await bench.submit(
      `\n  each: { type: map, over: "\${{ input.models }}", step: ${step} }\n`,
      { models: [SLOW, 'openai/b', SLOW] },
    );
    const run = await bench.finish(bench.start({ llmSlots: 1 }), id);
    assert.equal(run.status, 'succeeded');
    assert.deepEqual([...calls.values()], [2, 2, 2]);
  });

  it('is asked again four times, whatever maxAttempts says', async (t) => {
    const { answer, calls } = refusing(4, 50);
    const bench = await createEngineBench(t, answer);
    const id = await bench.submit(`\n  a: { ${ASK} }\n`);
    assert.equal((await bench.finish(bench.start({ llmSlots: 1 }), id)).status, 'succeeded');
    assert.deepEqual([...calls], [['a/null', 5]]);
    const [row] = await bench.readSteps(id);
    assert.equal(row!.attempt, 5);
  });

  it('fails the step at the fifth refusal, also after another worker took over', async (t) => {
    const { answer, calls } = refusing(100, 200);
    const bench = await createEngineBench(t, answer);
    const id = await bench.submit(`\n  a: { ${ASK}, retry: { maxAttempts: 9 } }\n`);
    const first = bench.start({ llmSlots: 1 });
    void first.work(id);
    await untilStep(bench, id, 'a', 'waiting');
    await first.stop(0);
    const run = await bench.finish(bench.start({ llmSlots: 1 }), id);
    assert.deepEqual([run.status, run.error?.code], ['failed', 'llm_rate_limited']);
    assert.match(run.error!.message, /Too many\. AIO retried the call 4 times\./);
    assert.deepEqual([...calls.values()], [5]);
  });

  it('leaves the attempts of the policy to other failures', async (t) => {
    let calls = 0;
    const bench = await createEngineBench(t, () => {
      calls += 1;
      if (calls % 2 === 1) throw refusal(20);
      throw new StepError('llm_unavailable', 'down', { retryable: true });
    });
    const retry = 'retry: { maxAttempts: 2, delay: 1ms }';
    const id = await bench.submit(`\n  a: { ${ASK}, ${retry} }\n`);
    const run = await bench.finish(bench.start({ llmSlots: 1 }), id);
    assert.deepEqual([run.error?.code, calls], ['llm_unavailable', 4]);
  });

  for (const [what, steps] of [
    ['step', `a: { ${ASK}, timeout: 20s }`],
    ['map item', `a: { type: map, over: [1], step: { ${ASK}, timeout: 20s } }`],
  ] as const) {
    it(`fails a ${what} at once if the wait is longer than what is left of its timeout`, async (t) => {
      const { answer, calls } = refusing(1, 60_000);
      const bench = await createEngineBench(t, answer);
      const id = await bench.submit(`\n  ${steps}\n`);
      const run = await bench.finish(bench.start({ llmSlots: 1 }), id);
      assert.deepEqual([run.status, [...calls.values()]], ['failed', [1]]);
      assert.match(
        run.error!.message,
        /the wait of \d+ ms is longer than the \d+ ms that are left of the step's timeout of 20000 ms/,
      );
    });
  }

  it('shares the timeout with the call that follows', async (t) => {
    let calls = 0;
    const bench = await createEngineBench(t, () => {
      calls += 1;
      if (calls === 1) throw refusal(20);
      return new Promise((resolve) => setTimeout(resolve, 60_000).unref());
    });
    const id = await bench.submit(`\n  a: { ${ASK}, timeout: 2s }\n`);
    const run = await bench.finish(bench.start({ llmSlots: 1 }), id);
    assert.equal(run.error?.code, 'timeout');
    const left = /exceeded the (\d+) ms that were left of its timeout of 2000 ms/.exec(
      run.error.message,
    );
    assert.ok(Number(left?.[1]) <= 1980, run.error.message);
  });

  it('without a time is paused, and the step waits as long', async (t) => {
    const { answer, calls } = refusing(1, null);
    const bench = await createEngineBench(t, answer);
    const id = await bench.submit(`\n  a: { ${ASK} }\n`);
    const ended = bench.finish(bench.start({ llmSlots: 1 }), id);
    await untilStep(bench, id, 'a', 'waiting');
    assert.ok((await bench.rates.admit(SLOW, false)).waitMs > 0);
    assert.equal((await ended).status, 'succeeded');
    assert.deepEqual([...calls.values()], [2]);
  });
});

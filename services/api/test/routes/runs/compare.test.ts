import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHAIN } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { BUILDER, OTHER } from '../../../testing/test-issuer.ts';

const AT = (second: number) => `2026-11-25T12:00:0${second}.000Z`;

test('comparing two runs', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  const [owner, other] = await Promise.all([api.as(BUILDER), api.as(OTHER)]);
  await owner.post('/api/v1/workflows', CHAIN);

  async function finished(n: number, output: object, seconds: number): Promise<string> {
    const id = await owner.submit('chain', { n });
    await engine.start(id);
    await engine.writeStep(id, 'first', {
      status: 'succeeded',
      output: JSON.stringify(output),
      usage: JSON.stringify({ inputTokens: 3, outputTokens: n, costUsd: String(0.5 * n) }),
      attempt: 1,
      ready_at: AT(0),
      started_at: AT(1),
      finished_at: AT(1 + seconds),
      finished_seq: 3,
    });
    await engine.finish(id, 'failed');
    return id;
  }
  const a = await finished(1, { value: 2 }, 2);
  const b = await finished(2, { value: 3 }, 5);
  const compare = (one: string, two: string, client = owner) =>
    client.get(`/api/v1/runs/compare?a=${one}&b=${two}`);

  await t.test('per step: times, tokens, cost, and whether outputs are equal', async () => {
    const { status, body } = await compare(a, b);
    assert.equal(status, 200);
    const equal = { definitionsEqual: true, inputsEqual: false, outputsEqual: true };
    assert.partialDeepStrictEqual(body, equal);
    assert.deepEqual([body.a.input, body.b.input], [{ n: 1 }, { n: 2 }]);
    assert.deepEqual([body.a.costUsd, body.b.costUsd], ['0.5', '1']);
    const [first, ask] = body.steps;
    assert.equal(first.outputsEqual, false);
    const result = { kind: 'transform', status: 'succeeded', resolution: null, attempts: 1 };
    const tokens = { inputTokens: 3, cachedInputTokens: 0, outputTokens: 1 };
    const figures = {
      durationMs: 3000,
      queueMs: 1000,
      executionMs: 2000,
      costUsd: '0.5',
      unpricedCalls: 0,
    };
    assert.deepEqual(first.a, { ...result, ...tokens, ...figures, output: { value: 2 } });
    assert.deepEqual([first.b.executionMs, first.b.output], [5000, { value: 3 }]);
    assert.deepEqual([ask.a.status, ask.a.attempts, ask.a.queueMs], ['pending', 0, null]);
    assert.equal(ask.a.skippedBecause, undefined, 'it may still be reached');
    const same = (await compare(a, a)).body;
    assert.deepEqual([same.inputsEqual, same.steps[0].outputsEqual], [true, true]);
  });

  await t.test('names different versions, and steps that only one run has', async () => {
    const { ask: _ask, ...steps } = CHAIN.steps;
    const shorter = { ...CHAIN, steps: { ...steps, last: { ...steps.last, needs: ['first'] } } };
    await owner.post('/api/v1/workflows', { ...shorter, name: 'chain' });
    const c = await finished(1, { value: 2 }, 2);
    const { body } = await compare(c, a);
    assert.deepEqual([body.definitionsEqual, body.a.run.workflow.version], [false, 2]);
    assert.deepEqual(
      body.steps.map(({ step, a: one }: { step: string; a: unknown }) => [step, one !== null]),
      [
        ['first', true],
        ['last', true],
        ['ask', false],
      ],
    );
  });

  await t.test('compares long values without showing them', async () => {
    const long = { text: 'x'.repeat(70_000) };
    const [one, two] = [await finished(1, long, 1), await finished(1, long, 1)];
    const [first] = (await compare(one, two)).body.steps;
    assert.deepEqual([first.outputsEqual, 'output' in first.a], [true, false]);
  });

  await t.test('needs access to both runs', async () => {
    await other.post('/api/v1/workflows', { ...CHAIN, name: 'others' });
    const theirs = await other.submit('others');
    assert.equal((await compare(theirs, theirs, other)).status, 200);
    assert.equal((await compare(a, theirs, other)).status, 404);
    assert.equal((await compare(theirs, a, other)).status, 404);
    assert.equal((await owner.get(`/api/v1/runs/compare?a=${a}`)).status, 400);
  });
});

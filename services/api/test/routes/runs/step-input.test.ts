import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { startTestApi } from '../../../testing/start-test-api.ts';

const REQUEST = {
  url: 'http://x/${{ steps.first.output }}',
  headers: { authorization: 'Bearer ${{ secrets.token }}' },
};
const VALUE = '${{ string(index) + item + steps.first.status }}';
const ITEM = { type: 'transform', with: { value: VALUE } };
const DEFINITION = {
  name: 'given',
  steps: {
    first: { type: 'transform', with: { value: '${{ input.n + 1 }}' } },
    call: { type: 'http', needs: ['first'], with: REQUEST },
    each: { type: 'map', needs: ['first'], over: '${{ input.names }}', step: ITEM },
    broken: { type: 'transform', with: { value: '${{ input.nothing.here }}' } },
  },
};

test('the input of a step, and the log of a run', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  assert.equal((await api.post('/api/v1/workflows', DEFINITION)).status, 201);
  const id = await api.submit('given', { n: 6, names: ['ada', 'mary'] });
  await engine.start(id);
  const inputOf = async (step: string, item?: number) => {
    const query = item === undefined ? '' : `?iteration=${item}`;
    const { status, body } = await api.get(`/api/v1/runs/${id}/steps/${step}/input${query}`);
    return status === 200 ? body : body.code;
  };
  await engine.writeStep(id, 'first', { status: 'succeeded', output: '7', attempt: 1 });

  await t.test('evaluates expressions and hides secrets', async () => {
    assert.deepEqual(await inputOf('first'), { input: { value: 7 }, error: null, hidden: [] });
    assert.deepEqual(await inputOf('call'), {
      input: { url: 'http://x/7', headers: { authorization: 'Bearer •••' } },
      error: null,
      hidden: ['token'],
    });
  });

  await t.test('a map has its list, an item its values', async () => {
    assert.deepEqual((await inputOf('each')).input, ['ada', 'mary']);
    const { body } = await api.get(`/api/v1/runs/${id}/steps/each/input?brief=true`);
    assert.deepEqual(body.input, ['ada', 'mary'], 'short texts of the items');
    assert.deepEqual((await inputOf('each', 1)).input, { value: '1marysucceeded' });
    assert.equal(await inputOf('each', 2), 'not_found');
    assert.equal(await inputOf('nothing'), 'not_found');
  });

  await t.test('explains an input that it cannot evaluate', async () => {
    const { input: given, error } = await inputOf('broken');
    assert.equal(given, null);
    assert.equal(error.code, 'expression_missing_key');
  });

  await t.test('sorts lines of all steps by time', async () => {
    const line = (at: string, message: string) => ({ at, level: 'info', message });
    const write = (step: string, iteration: number, lines: object[], attempt = 1) =>
      api.query(
        `insert into step_logs (run_id, step, iteration, attempt, lines) values ($1, $2, $3, $4, $5)`,
        [id, step, iteration, attempt, JSON.stringify(lines)],
      );
    await engine.writeStep(id, 'each', { status: 'running', iteration: 1 });
    await write('first', -1, [
      line('2026-11-28T10:00:00.000Z', 'one'),
      line('2026-11-28T10:00:02.000Z', 'three'),
    ]);
    await write('each', 1, [line('2026-11-28T10:00:01.000Z', 'two')]);
    const { lines, truncated } = (await api.get(`/api/v1/runs/${id}/logs`)).body;
    assert.deepEqual(pluck(lines, 'message', 'step', 'iteration'), [
      ['one', 'first', null],
      ['two', 'each', 1],
      ['three', 'first', null],
    ]);
    assert.equal(truncated, false);
    await engine.writeStep(id, 'call', { status: 'running', started_at: '2026-11-28T09:30:00Z' });
    for (let attempt = 1; attempt <= 20; attempt++) {
      const random = line('2026-11-28T10:00:04.000Z', randomBytes(30_000).toString('hex'));
      await write('call', -1, [random], attempt);
    }
    const ofRun = (await api.get(`/api/v1/runs/${id}/logs`)).body;
    assert.equal(ofRun.truncated, true);
    // Four lines of 60 kB are less than 256 kB.
    assert.deepEqual(pluck(ofRun.lines, 'step', 'attempt'), [
      ['call', 17],
      ['call', 18],
      ['call', 19],
      ['call', 20],
    ]);
    const ofStep = (await api.get(`/api/v1/runs/${id}/steps/call/logs`)).body;
    assert.deepEqual([ofStep.lines.length, ofStep.truncated], [4, true]);
    const ofAttempt = (await api.get(`/api/v1/runs/${id}/steps/call/logs?attempt=1`)).body;
    assert.deepEqual([ofAttempt.lines.length, ofAttempt.truncated], [1, false]);
  });
});

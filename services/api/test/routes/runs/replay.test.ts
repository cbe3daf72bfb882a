import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { CHAIN, MAP } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';

test('replaying a run', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  await api.post('/api/v1/workflows', CHAIN);

  async function finished(): Promise<string> {
    const id = await api.submit();
    await engine.start(id);
    const end = { status: 'succeeded', attempt: 1 };
    await engine.writeStep(id, 'first', { ...end, output: '{"n":2}', finished_seq: 3 });
    await engine.writeStep(id, 'ask', { ...end, kind: 'approval', finished_seq: 4 });
    await engine.writeStep(id, 'last', { ...end, finished_seq: 5 });
    await engine.finish(id, 'succeeded');
    return id;
  }
  const replay = (id: string, body?: object, headers = {}) =>
    api.post(`/api/v1/runs/${id}/replay`, body, headers);

  await t.test('from the start, with links both ways and an audit entry', async () => {
    const id = await finished();
    const first = await replay(id);
    const second = await replay(id, {});
    assert.deepEqual([first.status, second.status], [202, 202]);
    assert.notEqual(first.body.id, second.body.id, 'each request starts a run');
    assert.deepEqual([first.body.replayOf, first.body.status], [id, 'queued']);
    assert.equal(first.headers.get('location'), `/api/v1/runs/${first.body.id}`);
    assert.deepEqual(first.body.input, { n: 1 });
    assert.equal(first.body.stepsSucceeded, 0);
    const { replays } = (await api.get(`/api/v1/runs/${id}`)).body;
    assert.deepEqual(replays, [second.body.id, first.body.id]);
    const { items } = (await api.get('/api/v1/audit?action=replayRun')).body;
    assert.deepEqual(items[0].details, { replayOf: id });
    assert.deepEqual(first.body.startedBy, { who: 'local', via: 'bearer' });
  });

  await t.test('from a step, keeping results that do not depend on it', async () => {
    const id = await finished();
    const { body } = await replay(id, { from: 'last', input: { n: 7 } });
    assert.deepEqual(body.input, { n: 7 });
    assert.deepEqual(pluck(body.steps, 'id', 'status', 'resolution'), [
      ['first', 'succeeded', 'reused'],
      ['ask', 'succeeded', 'reused'],
      ['last', 'pending', null],
    ]);
    const edited = (await replay(id, { from: 'first', output: { n: 9 } })).body;
    const [first] = edited.steps;
    assert.deepEqual([first.status, first.resolution], ['succeeded', 'edited']);
    assert.equal(edited.stepsSucceeded, 1);
    const [whole] = (await api.get(`/api/v1/runs/${edited.id}`)).body.steps;
    assert.deepEqual(whole.output, { n: 9 });
  });

  await t.test('requests with the same key start one replay', async () => {
    const id = await finished();
    const key = { 'idempotency-key': 'again' };
    const first = await replay(id, { from: 'last' }, key);
    const same = await replay(id, { from: 'last' }, key);
    assert.equal(same.body.id, first.body.id);
    assert.equal(same.headers.get('idempotency-replayed'), 'true');
    const other = await replay(id, { from: 'first' }, key);
    assert.deepEqual([other.status, other.body.code], [409, 'idempotency_conflict']);
  });

  await t.test('refuses invalid replays with a reason', async () => {
    const open = await api.submit();
    assert.deepEqual((await replay(open)).body.code, 'run_not_finished');
    const id = await finished();
    const ruleOf = async (body: object) => {
      const { status, body: problem } = await replay(id, body);
      return [status, problem.errors?.[0]?.pointer, problem.errors?.[0]?.rule];
    };
    assert.deepEqual(await ruleOf({ from: 'nothing' }), [422, '/from', 'unknown_step']);
    assert.deepEqual(await ruleOf({ output: 1 }), [422, '/output', 'without_step']);
    assert.deepEqual((await ruleOf({ input: { n: 'x' } })).slice(0, 2), [422, '/input/n']);
    const large = 'x'.repeat(1_100_000);
    assert.equal((await replay(id, { from: 'first', output: large })).status, 413);

    await api.post('/api/v1/workflows', MAP);
    const mapped = await api.submit('each', {});
    await engine.start(mapped);
    await engine.finish(mapped, 'failed');
    const [map] = Object.keys(MAP.steps);
    const problem = (await replay(mapped, { from: map, output: [] })).body;
    assert.equal(problem.errors[0].rule, 'output_of_map');
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApi } from '../../../testing/start-test-api.ts';

const TITLED = {
  name: 'titled',
  title: 'Order ${{ input.order }}',
  steps: {
    only: { type: 'transform', with: { value: 1 } },
    ask: { type: 'approval', with: { message: 'Go on?' } },
  },
};
const RUNS = '/api/v1/workflows/titled/runs';

test('the title of a run', async (t) => {
  const api = await startTestApi(t);
  await api.post('/api/v1/workflows', TITLED);
  const titleOf = async (id: string) => (await api.get(`/api/v1/runs/${id}`)).body.title;
  const submit = async (order: unknown) => {
    const { status, body } = await api.post(RUNS, { input: { order } });
    assert.equal(status, 202);
    return body;
  };
  const end = async (id: string) => {
    await api.engine.start(id);
    await api.engine.finish(id, 'failed');
  };

  await t.test('is in the answer, the run, lists and the grid', async () => {
    const { id, title } = await submit('a-1');
    assert.deepEqual([title, await titleOf(id)], ['Order a-1', 'Order a-1']);
    const { items } = (await api.get('/api/v1/runs?workflow=titled')).body;
    assert.equal(items[0].title, 'Order a-1');
    const grid = (await api.get('/api/v1/workflows/titled/grid')).body;
    assert.equal(grid.runs[0].title, 'Order a-1');
  });

  await t.test('is there however the run is accepted', async () => {
    const title = '${{ input.order }} in ${{ run.id }}';
    await api.post('/api/v1/workflows', { ...TITLED, name: 'with-id', title });
    const first = (await api.post('/api/v1/workflows/with-id/runs', { input: { order: 'c' } }))
      .body;
    assert.equal(first.title, `c in ${first.id}`);
    await end(first.id);
    const retried = (await api.post(`/api/v1/runs/${first.id}/retry`)).body;
    assert.equal(retried.title, `c in ${retried.id}`);
    const replayed = (await api.post(`/api/v1/runs/${first.id}/replay`, { input: { order: 'd' } }))
      .body;
    assert.equal(replayed.title, `d in ${replayed.id}`);
  });

  await t.test('that cannot be evaluated refuses no run, and leaves a line', async () => {
    const { status, body } = await api.post(RUNS, { input: {} });
    assert.deepEqual([status, body.title], [202, null]);
    const line = api.logged.find(
      ({ message }) => message === 'The title of a run cannot be evaluated',
    );
    assert.equal(line?.fields['run_id'], body.id);
    const { code } = line!.fields['error'] as { code: string };
    assert.equal(code, 'expression_missing_key');
  });

  await t.test('is with the approvals of the run', async () => {
    const { id } = await submit('zanzibar');
    await api.engine.start(id);
    const approval = await api.engine.ask(id);
    assert.equal((await api.get(`/api/v1/approvals/${approval}`)).body.title, 'Order zanzibar');
  });
});

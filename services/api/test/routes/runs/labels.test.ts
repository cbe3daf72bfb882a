import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApi } from '../../../testing/start-test-api.ts';

const LABELLED = {
  name: 'labelled',
  labels: { customer: '${{ input.customer }}', stage: '${{ input.stage }}' },
  steps: { only: { type: 'transform', with: { value: 1 } } },
};
const RUNS = '/api/v1/workflows/labelled/runs';

test('the labels of a run', async (t) => {
  const api = await startTestApi(t);
  await api.post('/api/v1/workflows', LABELLED);
  const submit = async (customer: unknown, stage: unknown = null) => {
    const { status, body } = await api.post(RUNS, { input: { customer, stage } });
    assert.equal(status, 202);
    return body;
  };
  const find = async (query: string) => {
    const { items } = (await api.get(`/api/v1/runs?${query}`)).body;
    return items.map((run: { id: string }) => run.id);
  };

  await t.test('are in the answer and the run, and filter the list exactly', async () => {
    const labels = { customer: '4711', stage: 'a=b & 注文' };
    const { id, ...accepted } = await submit(4711, labels.stage);
    const { id: other } = await submit('47');
    const { id: unlabelled, labels: none } = await submit(null);
    assert.deepEqual([accepted.labels, none], [labels, {}]);
    assert.deepEqual((await api.get(`/api/v1/runs/${id}`)).body.labels, labels);
    assert.deepEqual(await find('label.customer=4711'), [id]);
    const both = `label.customer=4711&label.stage=${encodeURIComponent(labels.stage)}`;
    assert.deepEqual(await find(both), [id]);
    assert.deepEqual(await find('label.customer=47&label.stage=x'), []);
    assert.deepEqual(await find('label.customer=47'), [other]);
    assert.deepEqual(await find('workflow=labelled'), [unlabelled, other, id]);
  });

  await t.test('are those of each input, when a run is tried again', async () => {
    const first = await submit('c');
    await api.engine.start(first.id);
    await api.engine.finish(first.id, 'failed');
    const retried = (await api.post(`/api/v1/runs/${first.id}/retry`)).body;
    const replay = { input: { customer: 'd', stage: 'e' } };
    const replayed = (await api.post(`/api/v1/runs/${first.id}/replay`, replay)).body;
    assert.deepEqual([retried.labels, replayed.labels], [{ customer: 'c' }, replay.input]);
    const refused = await api.post(`/api/v1/runs/${first.id}/replay`, { input: {} });
    assert.equal(refused.status, 422);
  });

  await t.test('refuse an input that gives them no valid value', async () => {
    const { status, body } = await api.post(RUNS, { input: { customer: 'x'.repeat(101) } });
    assert.deepEqual([status, body.code], [422, 'validation_failed']);
    const [long, missing] = body.errors;
    assert.deepEqual([long.pointer, long.rule], ['/input', 'label']);
    assert.match(long.message, /label "customer": it has more than 100 characters/);
    assert.match(missing.message, /label "stage": .*input\.stage/);
  });

  await t.test('have names and values as in definitions', async () => {
    const bad = [
      'label=x',
      'label.=x',
      'label.A=x',
      'label.a.b=x',
      'label.a=',
      'label.__proto__=x',
    ];
    for (const query of [
      ...bad,
      `label.a=${'x'.repeat(101)}`,
      'label.a=x%00',
      'label.a=1&label.a=2',
    ])
      assert.equal((await api.get(`/api/v1/runs?${query}`)).status, 400, query);
  });
});

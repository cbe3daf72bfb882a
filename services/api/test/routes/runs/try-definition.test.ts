import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { CHAIN, CHAIN_YAML } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { BUILDER, OTHER } from '../../../testing/test-issuer.ts';

const TRY = '/api/v1/runs';
const JSON_CHAIN = { source: JSON.stringify(CHAIN), mediaType: 'application/json' };

test('trying a definition without saving it', async (t) => {
  const api = await startTestApi(t);
  const [builder, other] = [await api.as(BUILDER), await api.as(OTHER)];

  await t.test('creates no workflow', async () => {
    const tried = await builder.post(TRY, { ...JSON_CHAIN, input: { n: 1 } });
    assert.equal(tried.status, 202);
    assert.deepEqual(tried.body.workflow, { name: 'chain', version: -1 });
    assert.equal(tried.body.steps.length, Object.keys(CHAIN.steps).length);
    assert.equal(tried.headers.get('location'), `/api/v1/runs/${tried.body.id}`);
    assert.equal((await builder.get('/api/v1/queues')).body[0].queuedRuns, 1);
    for (const path of ['chain', 'chain/versions'])
      assert.equal((await builder.get(`/api/v1/workflows/${path}`)).status, 404);
    assert.deepEqual((await builder.get('/api/v1/workflows')).body.items, []);
    const again = { input: { n: 1 } };
    assert.equal((await builder.post('/api/v1/workflows/chain/runs', again)).status, 404);
    const draft = await builder.get('/api/v1/workflows/chain/versions/-1');
    assert.deepEqual([draft.body.definition, draft.body.version], [CHAIN, -1]);
  });

  await t.test('reserves the name: other owners can neither try nor read it', async () => {
    const tried = await other.post(TRY, { ...JSON_CHAIN, input: { n: 1 } });
    assert.deepEqual([tried.status, tried.body.code], [409, 'conflict']);
    assert.equal((await other.get('/api/v1/workflows/chain/versions/-1')).status, 404);
  });

  await t.test('the next version follows the last saved one', async () => {
    assert.equal((await builder.post('/api/v1/workflows', CHAIN)).body.version, 1);
    const changed = { ...CHAIN, description: 'tried' };
    const source = JSON.stringify(changed);
    const tried = await builder.post(TRY, { ...JSON_CHAIN, source, input: { n: 2 } });
    assert.equal(tried.body.workflow.version, -2);
    const { body } = await builder.get('/api/v1/workflows/chain');
    assert.deepEqual([body.version, body.description], [1, CHAIN.description]);
    const versions = (await builder.get('/api/v1/workflows/chain/versions')).body.items;
    assert.deepEqual(pluck(versions, 'version'), [1]);
    assert.equal((await builder.post('/api/v1/workflows', changed)).body.version, 2);
    const run = await builder.post('/api/v1/workflows/chain/runs', { input: { n: 1 } });
    assert.equal(run.body.workflow.version, 2);
  });

  await t.test('distinguishes faults of text and input, and stores nothing', async () => {
    const count = async () => (await builder.get('/api/v1/runs')).body.items.length;
    const before = await count();
    const pointers = async (body: object, status: number) => {
      const answer = await builder.post(TRY, body);
      assert.equal(answer.status, status);
      return answer.body.errors?.map(({ pointer }: { pointer: string }) => pointer);
    };
    const broken = JSON.stringify({ ...CHAIN, steps: { a: { type: 'x' } } });
    const faults = await pointers({ ...JSON_CHAIN, source: broken }, 422);
    assert.deepEqual(faults, ['/source/steps/a/type']);
    assert.deepEqual(await pointers({ ...JSON_CHAIN, input: { n: 'x' } }, 422), ['/input/n']);
    assert.deepEqual(await pointers({ source: 'a: [', input: {} }, 400), undefined);
    assert.deepEqual(await pointers({}, 422), ['']);
    assert.equal(await count(), before);
    const drafts = await api.query('select from workflow_versions where version < 0');
    assert.equal(drafts.length, 2);
  });

  await t.test('YAML is the default, and a key means one run', async () => {
    const body = { source: CHAIN_YAML, input: { n: 1 } };
    const key = { 'idempotency-key': 'once' };
    const first = await builder.post(TRY, body, key);
    const second = await builder.post(TRY, body, key);
    assert.deepEqual([first.status, second.status], [202, 202]);
    assert.equal(second.body.id, first.body.id);
    assert.equal(second.headers.get('idempotency-replayed'), 'true');
    assert.equal((await builder.post(TRY, { ...body, input: { n: 2 } }, key)).status, 409);
    assert.equal((await builder.post(TRY, body)).body.workflow.version, -2);
  });
});

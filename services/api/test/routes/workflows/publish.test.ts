import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { CHAIN } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { ADMIN, BUILDER } from '../../../testing/test-issuer.ts';

const WORKFLOWS = '/api/v1/workflows';

test('storing and publishing versions', async (t) => {
  const api = await startTestApi(t);
  const [builder, admin] = [await api.as(BUILDER), await api.as(ADMIN)];
  const store = async (description: string, query = '') => {
    const { status, body } = await builder.post(WORKFLOWS + query, { ...CHAIN, description });
    return [status, body.version, body.publishedAt !== null, body.latestVersion];
  };
  const publish = (version: number, by = builder) =>
    by.post(`${WORKFLOWS}/chain/versions/${version}/publish`);
  const shown = async () => (await builder.get(`${WORKFLOWS}/chain`)).body;
  const start = async (more = {}) => {
    const body = { input: { n: 1 }, ...more };
    const answer = await builder.post(`${WORKFLOWS}/chain/runs`, body);
    return [answer.status, answer.body.workflow?.version ?? answer.body.code];
  };

  await t.test('a workflow may have no published version', async () => {
    assert.deepEqual(await store('one', '?publish=false'), [201, 1, false, 1]);
    const { version, publishedAt, publishedBy } = await shown();
    assert.deepEqual([version, publishedAt, publishedBy], [1, null, null]);
    assert.deepEqual(await start(), [409, 'conflict']);
    assert.deepEqual(await start({ version: 1 }), [202, 1]);
    assert.equal((await builder.get(`${WORKFLOWS}/chain/grid`)).body.runs.length, 1);
    const { items } = (await builder.get(WORKFLOWS)).body;
    assert.deepEqual(pluck(items, 'name', 'version'), [['chain', 1]]);
  });

  await t.test('publishing chooses the version of new runs', async () => {
    const { status, body } = await publish(1);
    assert.deepEqual([status, body.version, body.publishedBy], [200, 1, BUILDER.name]);
    assert.deepEqual(await start(), [202, 1]);
    assert.deepEqual(await store('two', '?publish=false'), [201, 2, false, 2]);
    assert.deepEqual(await start(), [202, 1]);
    const { version, description, latestVersion } = await shown();
    assert.deepEqual([version, description, latestVersion], [1, 'one', 2]);
    assert.equal((await publish(2, admin)).body.publishedBy, ADMIN.name);
    assert.deepEqual(await start(), [202, 2]);
  });

  await t.test('an older version can be published again', async () => {
    await publish(1);
    assert.deepEqual(await start(), [202, 1]);
    const { items } = (await builder.get(`${WORKFLOWS}/chain/versions`)).body;
    assert.deepEqual(pluck(items, 'version', 'publishedBy'), [
      [2, null],
      [1, BUILDER.name],
    ]);
    const { body } = await publish(1, admin);
    assert.equal(body.publishedBy, BUILDER.name, 'it is published already');
    const { status } = await builder.get(`${WORKFLOWS}/chain/versions/2`);
    assert.equal(status, 200, 'the newer one stays');
  });

  await t.test('storing the newest definition again publishes it', async () => {
    assert.deepEqual(await store('two'), [200, 2, true, 2]);
    assert.deepEqual(await store('three'), [201, 3, true, 3]);
    assert.deepEqual(await start(), [202, 3]);
  });

  await t.test('a missing version cannot be published', async () => {
    assert.equal((await publish(9)).status, 404);
    assert.equal((await publish(0)).status, 404);
  });

  await t.test('the audit log has each change', async () => {
    const { items } = (await admin.get('/api/v1/audit?target=workflows/chain')).body;
    assert.deepEqual(pluck(items.toReversed(), 'action', 'details'), [
      ['createWorkflowVersion', { version: 1, published: false }],
      ['publishVersion', { version: 1 }],
      ['createWorkflowVersion', { version: 2, published: false }],
      ['publishVersion', { version: 2 }],
      ['publishVersion', { version: 1 }],
      ['createWorkflowVersion', { version: 2, published: true }],
      ['createWorkflowVersion', { version: 3, published: true }],
    ]);
  });
});

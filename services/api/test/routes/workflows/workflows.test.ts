import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { CHAIN, CHAIN_YAML } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';

test('workflows', async (t) => {
  const api = await startTestApi(t);

  await t.test('a definition becomes version 1, an equal one none, another version 2', async () => {
    const first = await api.post('/api/v1/workflows', CHAIN);
    assert.deepEqual([first.status, first.body.version], [201, 1]);
    assert.equal(first.body.description, CHAIN.description);
    assert.equal(first.headers.get('location'), '/api/v1/workflows/chain/versions/1');

    const { name, steps, ...rest } = CHAIN;
    const reordered = await api.post('/api/v1/workflows', { steps, ...rest, name });
    assert.deepEqual([reordered.status, reordered.body.version], [200, 1]);

    const second = await api.post('/api/v1/workflows', { ...CHAIN, description: 'changed' });
    assert.deepEqual([second.status, second.body.version], [201, 2]);
    assert.deepEqual((await api.get('/api/v1/workflows/chain')).body, second.body);
  });

  await t.test('a version never changes', async () => {
    const { body } = await api.get('/api/v1/workflows/chain/versions/1');
    assert.deepEqual(body.definition, CHAIN);
    assert.equal(body.createdBy, 'local');
  });

  await t.test('accepts all media types of YAML, and keeps the source unchanged', async () => {
    for (const type of ['application/yaml', 'text/yaml', 'application/x-yaml; charset=utf-8']) {
      const answer = await api.post('/api/v1/workflows', CHAIN_YAML, { 'content-type': type });
      assert.ok(answer.status === 201 || answer.status === 200, type);
      assert.equal(answer.body.source, CHAIN_YAML);
      assert.equal(answer.body.mediaType, 'application/yaml');
    }
  });

  await t.test('reports all faults at once, each with its place', async () => {
    const steps = { a: { type: 'transform', needs: ['b'] }, c: { type: 'x' } };
    const faulty = { ...CHAIN, steps };
    const refused = await api.post('/api/v1/workflows', faulty);
    assert.deepEqual([refused.status, refused.body.code], [422, 'validation_failed']);
    assert.ok(refused.body.errors.length >= 3);

    const validated = await api.post('/api/v1/workflows/validate', faulty);
    assert.equal(validated.status, 200);
    assert.deepEqual(validated.body, { valid: false, errors: refused.body.errors });
    const sound = await api.post('/api/v1/workflows/validate', CHAIN);
    assert.deepEqual(sound.body, { valid: true, errors: [] });
  });

  await t.test('a workflow has statistics of its last runs, also in the list', async () => {
    const { engine } = api;
    const id = await api.submit();
    await engine.start(id);
    await engine.finish(id, 'failed');
    const { body } = await api.get('/api/v1/workflows/chain/statistics?lastRuns=10');
    assert.deepEqual([body.runs, body.failed, body.successShare], [1, 1, 0]);
    assert.deepEqual([body.lastRun.id, body.lastRun.status], [id, 'failed']);
    assert.equal(body.runsPerDay.length, 14);
    const { items } = (await api.get('/api/v1/workflows')).body;
    const listed = items.find(({ name }: { name: string }) => name === 'chain');
    assert.deepEqual([listed.lastRun.id, listed.successShare], [id, 0]);
    assert.deepEqual([listed.succeeded, listed.failed], [0, 1]);
    assert.equal(listed.p95DurationMs, body.durationMs.p95);
    assert.equal((await api.get('/api/v1/workflows/nothing/statistics')).status, 404);
    assert.equal((await api.get('/api/v1/workflows/chain/statistics?lastRuns=51')).status, 400);
  });

  await t.test('a workflow has a grid of the steps of its last runs', async () => {
    const { engine } = api;
    const [first, second] = [await api.submit(), await api.submit()];
    await engine.start(first);
    await engine.finish(first, 'failed');
    const { body } = await api.get('/api/v1/workflows/chain/grid');
    const ids = body.runs.map(({ id }: { id: string }) => id);
    assert.deepEqual(ids.slice(-2), [first, second], 'oldest first');
    assert.deepEqual(pluck(body.steps, 'id', 'kind', 'p95Ms'), [
      ['first', 'transform', null],
      ['ask', 'approval', null],
      ['last', 'transform', null],
    ]);
    const { status, cells } = body.runs.at(-1);
    assert.deepEqual([status, cells], ['queued', [null, null, null]]);
    assert.equal((await api.get('/api/v1/workflows/nothing/grid')).status, 404);
  });

  await t.test('lists have pages', async () => {
    const first = await api.get('/api/v1/workflows?limit=1');
    assert.equal(first.body.items.length, 1);
    const second = await api.get(`/api/v1/workflows?limit=1&cursor=${first.body.nextCursor}`);
    assert.equal(second.body.nextCursor, null);
    const names = [...first.body.items, ...second.body.items].map(({ name }) => name);
    assert.deepEqual(names.toSorted(), ['chain', 'chain-yaml']);

    const named = await api.get('/api/v1/workflows?q=Yaml');
    assert.deepEqual(pluck(named.body.items, 'name'), ['chain-yaml']);

    const versions = await api.get('/api/v1/workflows/chain/versions?limit=1');
    assert.equal(versions.body.items[0].version, 2);
    const { nextCursor } = versions.body;
    const older = await api.get(`/api/v1/workflows/chain/versions?cursor=${nextCursor}`);
    assert.deepEqual(pluck(older.body.items, 'version'), [1]);
  });

  await t.test('a workflow says whether its input has an example', async () => {
    const { name: _, ...rest } = CHAIN;
    const inputs = {
      none: {},
      empty: { examples: [] },
      text: { examples: 'x' },
      one: { examples: [{}] },
    };
    for (const [name, more] of Object.entries(inputs)) {
      const input = { type: 'object', ...more };
      const workflow = { ...rest, input, name: `has-${name}` };
      const { status } = await api.post('/api/v1/workflows', workflow);
      assert.equal(status, name === 'text' ? 422 : 201, name);
    }
    const { items } = (await api.get('/api/v1/workflows')).body;
    const withOne = items.filter(({ hasExample }: { hasExample: boolean }) => hasExample);
    assert.deepEqual(pluck(withOne, 'name'), ['has-one']);
    const { body } = await api.get('/api/v1/workflows?hasExample=true&limit=1');
    assert.deepEqual([pluck(body.items, 'name'), body.nextCursor], [['has-one'], null]);
  });

  await t.test('missing objects are 404', async () => {
    for (const path of ['nope', 'nope/versions', 'chain/versions/9', 'chain/versions/x', 'UPPER']) {
      const answer = await api.get(`/api/v1/workflows/${path}`);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.body.code, 'not_found');
    }
  });
});

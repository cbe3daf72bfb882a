import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getWorkflowVersion } from '../queries/workflows/get-workflow-version.ts';
import { listWorkflows, listWorkflowVersions } from '../queries/workflows/list-workflows.ts';
import {
  createWorkflowVersion,
  publishVersion,
} from '../queries/workflows/create-workflow-version.ts';
import { createTestDatabase } from '../testing/database.ts';
import { findSiblingVersion } from '../queries/workflows/find-version.ts';
import { postWorkflow } from './fixtures.ts';
import { pluck } from '../testing/pluck.ts';

test('workflows', async (t) => {
  const { pool } = await createTestDatabase(t);

  await t.test('concurrent posts make versions without gaps or duplicates', async () => {
    const posted = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        postWorkflow(pool, 'raced', { [`s${index}`]: { type: 'transform' } }),
      ),
    );
    const numbers = posted.map(({ version }) => version).sort((a, b) => a - b);
    assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.equal((await getWorkflowVersion(pool, { name: 'raced', owner: null }))?.version, 10);
  });

  await t.test('posting the latest definition again makes no new version', async () => {
    const post = (step: string) => {
      const definition = JSON.stringify({ name: 'same', steps: { [step]: { type: 'transform' } } });
      return createWorkflowVersion(pool, {
        name: 'same',
        definition,
        source: `# of ${step}\n${definition}`,
        mediaType: 'application/yaml',
        checksum: step,
        createdBy: 'local',
        onlyOwner: null,
      });
    };
    const answers = [await post('a'), await post('a'), await post('b'), await post('a')];
    assert.deepEqual(
      answers.map(({ created, version }) => [created, version.version]),
      [
        [true, 1],
        [false, 1],
        [true, 2],
        [true, 3],
      ],
    );
  });

  await t.test('finds a version by number, or the latest', async () => {
    const first = await getWorkflowVersion(pool, { name: 'same', owner: null, version: 1 });
    assert.equal(first?.source.split('\n')[0], '# of a');
    assert.deepEqual(first?.definition, { name: 'same', steps: { a: { type: 'transform' } } });
    assert.equal(first.latestVersion, 3);
    assert.equal(await getWorkflowVersion(pool, { name: 'same', owner: null, version: 9 }), null);
    assert.equal(await getWorkflowVersion(pool, { name: 'unknown', owner: null }), null);
  });

  await t.test('lists are newest first, in pages', async () => {
    await postWorkflow(pool, 'newest');
    const first = await listWorkflows(pool, { owner: null, limit: 2, cursor: null });
    assert.deepEqual(pluck(first.items, 'name', 'version'), [
      ['newest', 1],
      ['same', 3],
    ]);
    const rest = await listWorkflows(pool, { owner: null, limit: 2, cursor: first.nextCursor });
    assert.deepEqual(pluck(rest.items, 'name'), ['raced']);
    const named = await listWorkflows(pool, { owner: null, limit: 9, cursor: null, name: 'AME' });
    assert.deepEqual(pluck(named.items, 'name'), ['same']);
    const page = { owner: null, limit: 2, cursor: null };
    const versions = await listWorkflowVersions(pool, 'same', page);
    assert.deepEqual([pluck(versions.items, 'version'), versions.nextCursor], [[3, 2], '2']);
    const last = await listWorkflowVersions(pool, 'same', { owner: null, limit: 2, cursor: '2' });
    assert.deepEqual([last.items.length, last.nextCursor], [1, null]);
  });
});

test('a step only finds workflows of the same owner', async (t) => {
  const { pool } = await createTestDatabase(t);
  const own = await postWorkflow(pool, 'own');
  await postWorkflow(pool, 'sibling');
  await postWorkflow(pool, 'foreign');
  await pool.query({
    name: 'give-away',
    text: `update workflows set owner = 'somebody-else' where name = 'foreign'`,
    prepare: false,
  });
  assert.equal((await findSiblingVersion(pool, own.workflowId, 'sibling'))?.owner, 'local');
  assert.notEqual(await findSiblingVersion(pool, own.workflowId, 'own', 1), null);
  assert.equal(await findSiblingVersion(pool, own.workflowId, 'own', 2), null);
  assert.equal(await findSiblingVersion(pool, own.workflowId, 'foreign'), null);

  const to = { name: 'sibling', version: 1, owner: null };
  await postWorkflow(pool, 'sibling', { other: { type: 'transform' } });
  const found = async () => (await findSiblingVersion(pool, own.workflowId, 'sibling'))?.version;
  assert.equal(await found(), 2);
  assert.equal(await publishVersion(pool, to, 'local'), true);
  assert.equal(await found(), 1, 'the published version');
});

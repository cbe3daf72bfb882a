import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { GAME_DAYS_ACCOUNT } from '@aio/catalog/game-days';
import { pluck } from '@aio/platform/testing/pluck';
import { readRealm } from '@aio/identity/realm';
import { USERS } from '@aio/identity/testing/users';
import { makeTestFolder } from '@aio/tools/testing/folder';
import { CHAIN } from '../../testing/definitions.ts';
import { startTestApi } from '../../testing/start-test-api.ts';
import { ADMIN, BUILDER, OTHER } from '../../testing/test-issuer.ts';
import {
  BUILDER_SUBJECT,
  MACHINE_SUBJECT,
  readExamples,
  storeExamples,
} from '../../examples/store-examples.ts';

const FOLDER = resolve(import.meta.dirname, '../../../../examples/workflows');
const SIMULATOR = 'http://simulator:8090';
const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -5))
  .sort();

test('the subjects match the realm', () => {
  const { users } = readRealm({});
  const builder = users.find(({ username }) => username === USERS.builder.username);
  const machine = users.find((user) => user.serviceAccountClientId === 'aio-machine');
  assert.deepEqual([builder?.id, machine?.id], [BUILDER_SUBJECT, MACHINE_SUBJECT]);
  const { client, subject, name } = GAME_DAYS_ACCOUNT;
  const games = users.find((user) => user.serviceAccountClientId === client);
  assert.deepEqual([games?.id, games?.username], [subject, name]);
});

test('examples contain their inputs with the address of the simulator', async () => {
  const examples = await readExamples(FOLDER, `${SIMULATOR}/`);
  assert.deepEqual(pluck(examples, 'name'), NAMES);
  for (const { source } of examples) {
    assert.doesNotMatch(source, /127\.0\.0\.1/);
    assert.match(source, /^# /, 'comments are kept');
  }
});

test('stored examples', async (t) => {
  const api = await startTestApi(t);
  const [builder, admin, other] = await Promise.all([
    api.as({ ...BUILDER, subject: BUILDER_SUBJECT }),
    api.as(ADMIN),
    api.as(OTHER),
  ]);
  const store = (simulatorUrl = SIMULATOR) =>
    storeExamples(api.pool, { folder: FOLDER, simulatorUrl });
  const workflow = async (name: string) => (await admin.get(`/api/v1/workflows/${name}`)).body;

  await t.test('builders and admins see them and run them with their inputs', async () => {
    assert.deepEqual(await store(), { stored: NAMES, leftAlone: [] });
    for (const client of [builder, admin]) {
      const { items } = (await client.get('/api/v1/workflows')).body;
      assert.deepEqual(items.map(({ name }: { name: string }) => name).toSorted(), NAMES);
      for (const name of NAMES) {
        const { definition } = (await client.get(`/api/v1/workflows/${name}`)).body;
        assert.ok(definition.input.examples.length > 0, name);
        for (const input of definition.input.examples) {
          const run = await client.post(`/api/v1/workflows/${name}/runs`, { input });
          assert.equal(run.status, 202, `${name}: ${JSON.stringify(run.body)}`);
        }
      }
    }
    const others = (await other.get('/api/v1/workflows')).body.items;
    assert.deepEqual(others, [], 'they belong to another owner');
  });

  await t.test('storing them again changes nothing; a new address is a new version', async () => {
    await store();
    assert.equal((await workflow('triage-incident')).version, 1);
    await store('http://127.0.0.1:9');
    const { version, definition } = await workflow('triage-incident');
    assert.equal(version, 2);
    assert.equal(definition.input.examples[0].baseUrl, 'http://127.0.0.1:9');
    assert.equal((await workflow('summarize-document')).version, 1, 'it has no address in it');
  });

  await t.test('a version made by a user stays the latest', async () => {
    const own = { ...CHAIN, name: 'triage-incident' };
    assert.equal((await builder.post('/api/v1/workflows', own)).body.version, 3);
    assert.deepEqual((await store()).leftAlone, ['triage-incident']);
    assert.equal((await workflow('triage-incident')).version, 3);
  });
});

test('the builder sees examples that a program stored', async (t) => {
  const api = await startTestApi(t);
  const machine = await api.as({ ...ADMIN, subject: MACHINE_SUBJECT });
  const builder = await api.as({ ...BUILDER, subject: BUILDER_SUBJECT });
  await machine.post('/api/v1/workflows', { ...CHAIN, name: 'triage-incident' });
  assert.equal((await builder.get('/api/v1/workflows/triage-incident')).status, 404);
  await storeExamples(api.pool, { folder: FOLDER, simulatorUrl: SIMULATOR });
  assert.equal((await builder.get('/api/v1/workflows/triage-incident')).body.version, 2);
});

test('refuses an invalid example and names it', async (t) => {
  const folder = makeTestFolder(t, 'examples');
  writeFileSync(join(folder, 'broken.yaml'), 'name: broken\nsteps: {}\n');
  writeFileSync(join(folder, 'broken.input.json'), '{}');
  const api = await startTestApi(t);
  const storing = storeExamples(api.pool, { folder, simulatorUrl: SIMULATOR });
  await assert.rejects(storing, /example broken is invalid/);
});

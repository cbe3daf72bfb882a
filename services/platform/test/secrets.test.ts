import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { EnvironmentError, readEnvironment } from '../settings/environment.ts';
import type { Pool } from '../postgres/pool.ts';
import { readSecretKeys } from '../queries/secret-keys.ts';
import { deleteSecret, listSecrets, loadSecrets, putSecret } from '../queries/secrets.ts';
import {
  generateKey,
  requireSecretsKeys,
  type SecretsKeys,
  secretsVariables,
} from '../secrets/keys.ts';
import { rotateSecrets } from '../secrets/rotate.ts';
import { seal, unseal } from '../secrets/seal.ts';
import { createTestDatabase } from '../testing/database.ts';
import { select } from './fixtures.ts';
import { pluck } from '../testing/pluck.ts';

const [OLD, NEW] = [generateKey(), generateKey()];

function keysOf(...texts: string[]): SecretsKeys {
  return readEnvironment(secretsVariables, { AIO_SECRETS_KEY: texts.join(',') }).secretsKeys;
}

function put(pool: Pool, keys: SecretsKeys, name: string, value: string, by = 'a') {
  return putSecret(pool, { by, ...seal(keys[0], name, value) });
}

async function read(pool: Pool, keys: SecretsKeys, name: string): Promise<string> {
  const [secret] = await loadSecrets(pool, [name]);
  return unseal(keys, secret!);
}

test('stores, lists without values, replaces and deletes secrets', async (t) => {
  const { pool } = await createTestDatabase(t);
  const keys = keysOf(OLD);
  const first = await put(pool, keys, 'one', 'value-1', 'ann');
  assert.deepEqual([first.created, first.name, first.createdBy], [true, 'one', 'ann']);
  await put(pool, keys, 'two', 'value-2');
  const again = await put(pool, keys, 'one', 'value-3', 'bob');
  assert.deepEqual(
    [again.created, again.id, again.createdBy, again.updatedBy],
    [false, first.id, 'ann', 'bob'],
  );
  assert.ok(again.updatedAt > again.createdAt);
  assert.equal(await read(pool, keys, 'one'), 'value-3');

  const page = await listSecrets(pool, { limit: 1, cursor: null });
  assert.deepEqual(pluck(page.items, 'name'), ['two']);
  const { items, nextCursor } = await listSecrets(pool, { limit: 1, cursor: page.nextCursor });
  assert.deepEqual([items[0]?.name, nextCursor], ['one', null]);
  assert.ok(!('sealed' in items[0]!));

  assert.equal(await deleteSecret(pool, { name: 'one' }), true);
  assert.equal(await deleteSecret(pool, { name: 'one' }), false);
  assert.deepEqual(await loadSecrets(pool, ['one']), []);
});

test('does not read a value that was moved to another name', async (t) => {
  const { pool } = await createTestDatabase(t);
  const keys = keysOf(OLD);
  await put(pool, keys, 'weak', 'what anybody may know');
  await put(pool, keys, 'strong', 'value-1');
  await select(
    pool,
    `update secrets set sealed = (select sealed from secrets where name = 'weak') where name = 'strong'`,
  );
  await assert.rejects(read(pool, keys, 'strong'), { code: 'secret_unreadable' });
  await select(pool, `update secrets set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)`);
  await assert.rejects(read(pool, keys, 'weak'), { code: 'secret_unreadable' });
});

test('a process notices a wrong key at once, even before there is a secret', async (t) => {
  const { pool } = await createTestDatabase(t);
  const [old, fresh] = [keysOf(OLD), keysOf(NEW)];
  await Promise.all([requireSecretsKeys(pool, old), requireSecretsKeys(pool, old)]);
  await assert.rejects(requireSecretsKeys(pool, fresh), (error: EnvironmentError) => {
    assert.ok(error instanceof EnvironmentError);
    assert.match(error.message, new RegExp(`^AIO_SECRETS_KEY: .*${old[0].id} \\(secrets: 0\\)`));
    return true;
  });
  await put(pool, old, 'one', 'value-1');
  await assert.rejects(requireSecretsKeys(pool, fresh), /secrets: 1/);
  await requireSecretsKeys(pool, keysOf(NEW, OLD));
  await requireSecretsKeys(pool, keysOf(OLD, NEW));
});

test('rotation encrypts all secrets with the first key, during reads and writes', async (t) => {
  const { pool } = await createTestDatabase(t);
  const [old, both, fresh] = [keysOf(OLD), keysOf(NEW, OLD), keysOf(NEW)];
  const names = Array.from({ length: 250 }, (_, n) => `s${n}`);
  for (const name of names) await put(pool, old, name, `value of ${name}`);
  await put(pool, both, 'newer', 'value-1');
  const [before] = await listSecrets(pool, { limit: 1, cursor: null }).then(({ items }) => items);

  const progress: [number, number][] = [];
  const rotating = rotateSecrets(pool, both, (done, total) => progress.push([done, total]));
  const reads = names.map(async (name) =>
    assert.equal(await read(pool, both, name), `value of ${name}`),
  );
  const writes = ['s0', 's249'].map((name) => put(pool, old, name, `value of ${name}`));
  await Promise.all([...reads, ...writes]);
  await rotating;
  // The next rotation handles secrets written with the old key meanwhile.
  const rest = await rotateSecrets(pool, both, () => {});
  assert.deepEqual(progress.at(0), [100, 250]);
  assert.deepEqual(pluck(await readSecretKeys(pool), 'id', 'secrets'), [[fresh[0].id, 251]]);
  assert.ok(rest.done <= 2);
  for (const name of names) assert.equal(await read(pool, fresh, name), `value of ${name}`);
  await requireSecretsKeys(pool, fresh);
  await assert.rejects(requireSecretsKeys(pool, old), EnvironmentError);
  const [after] = await listSecrets(pool, { limit: 1, cursor: null }).then(({ items }) => items);
  assert.deepEqual(after, before, 'another key is no update');
});

test('rotation stops at an unreadable secret, and names it', async (t) => {
  const { pool } = await createTestDatabase(t);
  await put(pool, keysOf(OLD), 'one', 'value-1');
  await assert.rejects(
    rotateSecrets(pool, keysOf(NEW), () => {}),
    { code: 'secret_unreadable', message: /The secret one is encrypted under key/ },
  );
  assert.equal(await read(pool, keysOf(OLD), 'one'), 'value-1');
});

test('the command shows keys, rotates and forgets', async (t) => {
  const { pool, url } = await createTestDatabase(t);
  const script = fileURLToPath(new URL('../secrets-main.ts', import.meta.url));
  const run = (args: string[], ...keys: string[]) =>
    new Promise<{ code: number; output: string }>((resolve) => {
      const env = { PATH: process.env.PATH, DATABASE_URL: url, AIO_SECRETS_KEY: keys.join(',') };
      execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
      );
    });
  const [old, fresh] = [keysOf(OLD)[0].id, keysOf(NEW)[0].id];
  for (const name of ['one', 'two']) await put(pool, keysOf(OLD), name, 'value-1');

  const made = await run(['key']);
  assert.equal(keysOf(made.output.trim()).length, 1);
  const status = await run(['status'], NEW);
  assert.equal(
    status.output,
    `${fresh}  secrets: 0  given, encrypts new values\n${old}  secrets: 2  not given: unreadable\n`,
  );
  const refused = await run(['rotate'], NEW);
  assert.equal(refused.code, 1);
  assert.match(refused.output, new RegExp(`under key ${old}`));
  const rotated = await run(['rotate'], NEW, OLD);
  assert.match(rotated.output, /^encrypted 2 of 2\nencrypted 2 secrets; all secrets now use key/);
  assert.match(rotated.output, new RegExp(`you can remove key ${old}`));

  assert.equal((await run(['forget', fresh], NEW)).code, 1);
  const forgotten = await run(['forget', fresh], OLD);
  assert.match(forgotten.output, /^deleted one\ndeleted two\n/);
  assert.deepEqual(await readSecretKeys(pool), []);
  assert.equal((await run(['forget'], OLD)).code, 64);
  assert.equal((await run(['rotate'], 'no key')).code, 78);
});

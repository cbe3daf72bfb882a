/**
 * `npm run secrets -- key | status | rotate | forget <key id>`: manages the keys that encrypt secrets in the database
 * of DATABASE_DIRECT_URL, else of DATABASE_URL.
 */

import { AioError } from '@aio/core/errors';
import { databaseVariables, directUrlOf } from './settings/config.ts';
import { EnvironmentError, EXIT_CONFIG, readEnvironment } from './settings/environment.ts';
import { requireMigrated } from './postgres/migrate.ts';
import { createPool, type Pool } from './postgres/pool.ts';
import { deleteSecretsOfKey, forgetUnusedKeys, readSecretKeys } from './queries/secret-keys.ts';
import { generateKey, type SecretsKeys, secretsVariables } from './secrets/keys.ts';
import { rotateSecrets } from './secrets/rotate.ts';

const EXIT_USAGE = 64;

const COMMANDS: Record<string, (pool: Pool, keys: SecretsKeys, arg: string) => Promise<void>> = {
  async status(pool, keys) {
    const given = keys.map(({ id }) => id);
    const used = await readSecretKeys(pool);
    for (const id of new Set([...given, ...used.map((use) => use.id)])) {
      const secrets = used.find((use) => use.id === id)?.secrets ?? 0;
      const place = given.indexOf(id);
      const what =
        place === 0 ? 'given, encrypts new values' : place > 0 ? 'given' : 'not given: unreadable';
      console.log(`${id}  secrets: ${secrets}  ${what}`);
    }
  },

  async rotate(pool, keys) {
    const { done, forgotten } = await rotateSecrets(pool, keys, (done, total) =>
      console.log(`encrypted ${done} of ${total}`),
    );
    console.log(`encrypted ${done} secrets; all secrets now use key ${keys[0].id}`);
    for (const id of forgotten) console.log(`you can remove key ${id}`);
  },

  async forget(pool, keys, keyId) {
    if (keys.some(({ id }) => id === keyId))
      throw new AioError(
        'key_not_lost',
        `Key ${keyId} is in AIO_SECRETS_KEY, so it is not lost. Delete its secrets by name instead.`,
      );
    const names = await deleteSecretsOfKey(pool, keyId);
    for (const name of names) console.log(`deleted ${name}`);
    await forgetUnusedKeys(pool, keys[0].id);
    console.log(`key ${keyId} has no secrets left`);
  },
};

async function main([command = '', arg = '']: string[]): Promise<void> {
  if (command === 'key') return console.log(generateKey());
  const work = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!work || (command === 'forget') !== (arg !== '')) {
    console.error('usage: npm run secrets -- key | status | rotate | forget <key id>');
    process.exitCode = EXIT_USAGE;
    return;
  }
  // oxlint-disable-next-line no-restricted-properties -- this file is a main
  const { env } = process;
  const variables = { ...databaseVariables, ...secretsVariables };
  const config = readEnvironment(variables, env);
  const pool = createPool({
    databaseUrl: directUrlOf(config),
    max: 2,
    applicationName: 'aio-secrets',
  });
  try {
    await requireMigrated(pool);
    await work(pool, config.secretsKeys, arg);
  } finally {
    await pool.close();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof AioError)) throw error;
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  console.error(`${error.message}${cause}`);
  process.exitCode = error instanceof EnvironmentError ? EXIT_CONFIG : 1;
}

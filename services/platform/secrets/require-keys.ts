import { EnvironmentError } from '../environment.ts';
import { readSecretKeys, registerSecretKey } from '../queries/secret-keys.ts';
import type { Queryable } from '../queryable.ts';
import type { SecretsKeys } from './keys.ts';

/**
 * Resolves if `keys` includes every key that secrets use. The first process registers the id of its key, so that a
 * process with another key notices before there is a secret.
 * @throws EnvironmentError that says what to do
 */
export async function requireSecretsKeys(db: Queryable, keys: SecretsKeys): Promise<void> {
  const given = keys.map(({ id }) => id);
  if ((await readSecretKeys(db)).length === 0) await registerSecretKey(db, given[0]!);
  const missing = (await readSecretKeys(db)).filter(({ id }) => !given.includes(id));
  if (missing.length === 0) return;
  const described = missing.map(({ id, secrets }) => `${id} (secrets: ${secrets})`).join(', ');
  throw new EnvironmentError([
    `AIO_SECRETS_KEY: the database has secrets of key ${described}, but you gave ${given.join(', ')}; append the missing key after a comma, or run "npm run secrets -- status"`,
  ]);
}

import { EnvironmentError } from '../environment.ts';
import { readSecretKeys, registerSecretKey } from '../queries/secret-keys.ts';
import type { Queryable } from '../queryable.ts';
import type { SecretsKeys } from './keys.ts';

/**
 * Resolves when every key that secrets were written with is among these. The first process of all
 * leaves the id of its key, so that one with another key notices even before there is a secret.
 * @throws EnvironmentError with one line that says what to do
 */
export async function requireSecretsKeys(db: Queryable, keys: SecretsKeys): Promise<void> {
  const given = keys.map(({ id }) => id);
  if ((await readSecretKeys(db)).length === 0) await registerSecretKey(db, given[0]!);
  const missing = (await readSecretKeys(db)).filter(({ id }) => !given.includes(id));
  if (missing.length === 0) return;
  const described = missing.map(({ id, secrets }) => `${id} (secrets: ${secrets})`).join(', ');
  throw new EnvironmentError([
    `AIO_SECRETS_KEY: the database has secrets of key ${described}, given is ${given.join(', ')}; give the missing key as well, after a new one, or see "npm run secrets -- status"`,
  ]);
}

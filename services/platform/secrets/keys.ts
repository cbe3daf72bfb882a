/** The keys that encrypt secrets in the database. */

import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { EnvironmentError, type Variable } from '../settings/environment.ts';
import { define } from '../settings/variables.ts';
import { readSecretKeys, registerSecretKey } from '../queries/secret-keys.ts';
import type { Queryable } from '../postgres/queryable.ts';

/** A key that is safe in logs and errors, because it prints as an opaque object. */
export interface SecretsKey {
  /** Derived from the key (HKDF), without revealing it. Different keys have different ids. */
  readonly id: string;
  readonly key: KeyObject;
}

/** The first key encrypts, all decrypt. */
export type SecretsKeys = readonly [SecretsKey, ...SecretsKey[]];

const KEY_BYTES = 32;
const ID_BYTES = 8;
const DEVELOPMENT_KEY = Buffer.from('aio-development-key-not-for-use!').toString('base64');
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** Spread into the variables of a process that reads or writes secrets. */
export const secretsVariables = {
  secretsKeys: secretsKeys('AIO_SECRETS_KEY'),
};

function secretsKeys(name: string): Variable<SecretsKeys> {
  const fallback = parseKeys(DEVELOPMENT_KEY)!;
  return define<SecretsKeys>(
    name,
    '32 random bytes in base64, or several such keys separated by commas',
    {
      secret: true,
      fallback,
      refuseInProduction: (keys) =>
        keys.some((one) => one.id === fallback[0].id || isZero(one))
          ? 'production refuses the development key, and one of zero bytes; make your own by "npm run secrets -- key"'
          : null,
    },
    parseKeys,
  );
}

/** undefined = one of them is not a key, or occurs twice. */
function parseKeys(text: string): SecretsKeys | undefined {
  const texts = text.split(',').map((one) => one.trim());
  if (!texts.every((one) => BASE64.test(one))) return undefined;
  const keys = texts.map((one) => toKey(Buffer.from(one, 'base64')));
  const isDistinct = new Set(keys.map(({ id }) => id)).size === keys.length;
  return isDistinct ? (keys as [SecretsKey, ...SecretsKey[]]) : undefined;
}

function toKey(bytes: Buffer): SecretsKey {
  const id = hkdfSync('sha256', bytes, '', 'aio secrets key id', ID_BYTES);
  return { id: Buffer.from(id).toString('hex'), key: createSecretKey(bytes) };
}

function isZero({ key }: SecretsKey): boolean {
  return key.export().every((byte) => byte === 0);
}

/** A new key, in the format of AIO_SECRETS_KEY. */
export function generateKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

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

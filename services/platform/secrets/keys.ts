/** Keys under which secrets are encrypted in the database. */

import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import type { Variable } from '../environment.ts';
import { define } from '../variables.ts';

/** A key that logs and errors may hold: it shows nothing of itself. */
export interface SecretsKey {
  /** Made of the key, so that another key has another id; says nothing about the key itself. */
  readonly id: string;
  readonly key: KeyObject;
}

/** The first one is written with, all are read with. */
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
    '32 random bytes in base64, or several such keys with commas between them',
    {
      secret: true,
      fallback,
      refuseInProduction: (keys) =>
        keys.some(({ id }) => id === fallback[0].id)
          ? 'the key of development is not for production; "npm run secrets -- key" makes one'
          : null,
    },
    parseKeys,
  );
}

/** undefined = one of them is no key, or is there twice. */
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

/** A new key, as the environment takes it. */
export function generateKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

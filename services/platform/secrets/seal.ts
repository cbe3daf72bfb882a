/**
 * Encrypts secrets with AES-256-GCM and a random nonce. It authenticates name and key id with the value, so a value
 * under another name does not decrypt.
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AioError } from '@aio/core/errors';
import type { SecretsKey, SecretsKeys } from './keys.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface SealedSecret {
  name: string;
  keyId: string;
  /** Nonce, ciphertext, tag. */
  sealed: Buffer;
}

export function seal({ id, key }: SecretsKey, name: string, value: string): SealedSecret {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(name, id));
  const parts = [nonce, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return { name, keyId: id, sealed: Buffer.concat(parts) };
}

/** @throws AioError `secret_unreadable` that says why */
export function unseal(keys: SecretsKeys, { name, keyId, sealed }: SealedSecret): string {
  const key = keys.find(({ id }) => id === keyId)?.key;
  if (!key)
    throw unreadable(
      name,
      keyId,
      `is encrypted under key ${keyId}, which is not in AIO_SECRETS_KEY`,
    );
  if (sealed.length < NONCE_BYTES + TAG_BYTES)
    throw unreadable(name, keyId, 'was truncated in the database');
  const tagAt = sealed.length - TAG_BYTES;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(name, keyId));
  decipher.setAuthTag(sealed.subarray(tagAt));
  try {
    const value = decipher.update(sealed.subarray(NONCE_BYTES, tagAt));
    return Buffer.concat([value, decipher.final()]).toString('utf8');
  } catch {
    throw unreadable(name, keyId, 'was changed in the database');
  }
}

/** Neither part can contain the separator. */
function boundTo(name: string, keyId: string): Buffer {
  return Buffer.from(`aio secret 1\0${keyId}\0${name}`);
}

function unreadable(name: string, keyId: string, why: string): AioError {
  return new AioError('secret_unreadable', `The secret ${name} ${why}.`, {
    details: { secret: name, keyId },
  });
}

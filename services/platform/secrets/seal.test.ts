import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AioError } from '@aio/core/errors';
import { readEnvironment } from '../settings/environment.ts';
import { generateKey, type SecretsKeys, secretsVariables } from './keys.ts';
import { seal, unseal } from './seal.ts';

const keysOf = (text: string): SecretsKeys =>
  readEnvironment(secretsVariables, { AIO_SECRETS_KEY: text }).secretsKeys;
const keys = keysOf(`${generateKey()},${generateKey()}`);
const [first, second] = keys;

function refuse(read: () => unknown, message: RegExp): void {
  assert.throws(read, (error: AioError) => {
    assert.equal(error.code, 'secret_unreadable');
    assert.equal(error.details['secret'], 'token');
    assert.match(error.message, message);
    return true;
  });
}

test('decrypts a value of any of the keys', () => {
  for (const key of [first, second!]) {
    for (const value of ['', 'x', 'pä🔑ss\n', 'y'.repeat(16_384)])
      assert.equal(unseal(keys, seal(key, 'token', value)), value);
  }
});

test('the same value never gives the same bytes, which do not contain its text', () => {
  const [a, b] = [seal(first, 'token', 'canary-1'), seal(first, 'token', 'canary-1')];
  assert.notDeepEqual(a.sealed, b.sealed);
  assert.ok(!a.sealed.includes('canary'));
});

test('notices any changed bit, a cut or an addition', () => {
  const secret = seal(first, 'token', 'value');
  for (let bit = 0; bit < secret.sealed.length * 8; bit++) {
    const sealed = Buffer.from(secret.sealed);
    sealed[bit >> 3]! ^= 1 << (bit & 7);
    refuse(() => unseal(keys, { ...secret, sealed }), /changed in the database/);
  }
  for (let length = 0; length < secret.sealed.length; length++) {
    const sealed = secret.sealed.subarray(0, length);
    refuse(() => unseal(keys, { ...secret, sealed }), /truncated|changed/);
  }
  const sealed = Buffer.concat([secret.sealed, Buffer.alloc(1)]);
  refuse(() => unseal(keys, { ...secret, sealed }), /changed/);
});

test('a value does not decrypt under another name or key', () => {
  const other = seal(first, 'other', 'value');
  refuse(() => unseal(keys, { ...other, name: 'token' }), /changed/);
  const secret = seal(first, 'token', 'value');
  refuse(() => unseal(keys, { ...secret, keyId: second!.id }), /changed/);
});

test('without the key it fails, and names the key', () => {
  const secret = seal(first, 'token', 'value');
  const others = keysOf(generateKey());
  refuse(() => unseal(others, secret), new RegExp(`under key ${first.id}`));
  refuse(() => unseal([{ ...others[0], id: first.id }], secret), /changed/);
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { type EnvironmentError, readEnvironment } from '../settings/environment.ts';
import { generateKey, secretsVariables } from './keys.ts';

const read = (env: Record<string, string>) => readEnvironment(secretsVariables, env).secretsKeys;

test('development has a key, which production refuses, given or by default, like zeros', () => {
  const [key, ...others] = read({});
  assert.equal(others.length, 0);
  const given = Buffer.from(key.key.export()).toString('base64');
  const own = generateKey();
  const zeros = Buffer.alloc(32).toString('base64');
  for (const AIO_SECRETS_KEY of [undefined, given, `${own},${given}`, zeros]) {
    const env = AIO_SECRETS_KEY === undefined ? {} : { AIO_SECRETS_KEY };
    assert.throws(
      () => read({ NODE_ENV: 'production', ...env }),
      /^EnvironmentError: AIO_SECRETS_KEY: production refuses the development key, and one of zero bytes; make your own/,
    );
  }
  assert.equal(read({ NODE_ENV: 'production', AIO_SECRETS_KEY: own }).length, 1);
});

test('keys have different, stable ids', () => {
  const [a, b] = [generateKey(), generateKey()];
  const [first, second] = read({ AIO_SECRETS_KEY: `${a}, ${b}` });
  assert.match(first.id, /^[0-9a-f]{16}$/);
  assert.notEqual(first.id, second!.id);
  assert.equal(read({ AIO_SECRETS_KEY: b })[0].id, second!.id);
});

test('accepts base64url without padding', () => {
  const key = Buffer.alloc(32, 0xfb);
  const [plain] = read({ AIO_SECRETS_KEY: key.toString('base64') });
  const [ofUrls] = read({ AIO_SECRETS_KEY: key.toString('base64url') });
  assert.equal(plain.id, ofUrls.id);
});

test('refuses what is not a key, and does not show it', () => {
  const key = generateKey();
  const short = randomBytes(31).toString('base64');
  const long = randomBytes(33).toString('base64');
  for (const given of [short, long, `${key},`, `${key},${key}`, key.slice(1), `!${key.slice(1)}`]) {
    assert.throws(
      () => read({ AIO_SECRETS_KEY: given }),
      (error: EnvironmentError) => {
        assert.match(error.message, /expected 32 random bytes in base64/);
        return !error.message.includes(given);
      },
    );
  }
});

test('a key prints nothing of itself', () => {
  const text = generateKey();
  const keys = read({ AIO_SECRETS_KEY: text });
  const hex = Buffer.from(text, 'base64').toString('hex');
  for (const shown of [inspect(keys, { depth: 9, showHidden: true }), JSON.stringify(keys)])
    assert.ok(!shown.includes(text) && !shown.includes(hex), shown);
});

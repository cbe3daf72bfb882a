import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, readConfig } from './config.ts';

test('the defaults are loopback and port 3000', () => {
  const rest = { publicUrl: 'http://localhost:3000', shutdownDelayMs: 0 };
  assert.deepEqual(readConfig({}), { host: '127.0.0.1', port: 3000, ...rest });
  const given = readConfig({ HOST: '0.0.0.0', PORT: '80', AIO_PUBLIC_URL: '' });
  assert.deepEqual(given, { host: '0.0.0.0', port: 80, ...rest });
  assert.equal(readConfig({ HOST: 'a', NITRO_HOST: 'b' }).host, 'b');
});

test('production requires an https address', () => {
  for (const AIO_PUBLIC_URL of [undefined, '', 'http://aio.example'])
    assert.throws(() => readConfig({ NODE_ENV: 'production', AIO_PUBLIC_URL }), /AIO_PUBLIC_URL/);
  readConfig({ NODE_ENV: 'production', AIO_PUBLIC_URL: 'https://aio.example' });
});

test('one error names all invalid values', () => {
  assert.throws(
    () => readConfig({ PORT: 'http', NUXT_API_BASE: 'localhost:8080' }),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.message.split('\n').length, 2);
      assert.match(error.message, /PORT: got "http".*\nNUXT_API_BASE: got "localhost:8080"/);
      return true;
    },
  );
});

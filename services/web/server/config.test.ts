import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, readConfig } from './config.ts';

test('loopback and 3000 unless told otherwise', () => {
  assert.deepEqual(readConfig({}), { host: '127.0.0.1', port: 3000 });
  assert.deepEqual(readConfig({ HOST: '0.0.0.0', PORT: '80' }), { host: '0.0.0.0', port: 80 });
  assert.equal(readConfig({ HOST: 'a', NITRO_HOST: 'b' }).host, 'b');
});

test('all wrong values are named at once', () => {
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopbackName } from './loopback.ts';

test('names and addresses of this machine', () => {
  for (const name of ['localhost', '127.0.0.1', '127.8.8.8', '::1', '[::1]', '::ffff:127.0.0.1'])
    assert.ok(isLoopbackName(name), name);
  for (const name of ['', 'localhost.evil.example', '127.evil.example', '10.0.0.1', '::2'])
    assert.ok(!isLoopbackName(name), name);
});

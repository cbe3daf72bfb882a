import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopbackName } from './loopback.ts';

test('knows the names of this machine', () => {
  for (const name of ['localhost', '127.0.0.1', '127.8.9.10', '::1', '[::1]']) {
    assert.equal(isLoopbackName(name), true, name);
  }
});

test('is not fooled by names that look like it', () => {
  for (const name of [
    '',
    '0.0.0.0',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '::',
    '10.0.0.1',
  ]) {
    assert.equal(isLoopbackName(name), false, name);
  }
});

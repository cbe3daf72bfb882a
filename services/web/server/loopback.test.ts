import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostnameOf, isLoopbackName } from './loopback.ts';

test('names and addresses of this machine', () => {
  for (const name of ['localhost', '127.0.0.1', '127.8.8.8', '::1', '[::1]', '::ffff:127.0.0.1'])
    assert.ok(isLoopbackName(name), name);
  for (const name of ['', 'localhost.evil.example', '127.evil.example', '10.0.0.1', '::2'])
    assert.ok(!isLoopbackName(name), name);
});

test('the host of a Host header', () => {
  assert.equal(hostnameOf('localhost:3000'), 'localhost');
  assert.equal(hostnameOf('[::1]:3000'), '[::1]');
  assert.equal(hostnameOf(undefined), '');
  assert.equal(hostnameOf('a b'), '');
});

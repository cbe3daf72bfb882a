import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { isLoopbackHost, isLoopbackName, whyForeign } from './loopback.ts';

test('names and addresses of this machine', () => {
  for (const name of ['localhost', 'LOCALHOST', 'localhost.', '127.0.0.1', '127.8.8.8'])
    assert.ok(isLoopbackName(name), name);
  for (const name of ['::1', '[::1]', '::ffff:127.0.0.1', '[::ffff:7f00:1]'])
    assert.ok(isLoopbackName(name), name);
  for (const name of ['', 'localhost.evil.example', '127.evil.example', '10.0.0.1', '::2'])
    assert.ok(!isLoopbackName(name), name);
});

test('a Host may have a port', () => {
  for (const host of ['localhost:3000', '[::1]:3000', '127.0.0.1'])
    assert.ok(isLoopbackHost(host), host);
  for (const host of [undefined, '', 'a b', 'evil.example:3000', 'localhost@evil.example'])
    assert.ok(!isLoopbackHost(host), host);
});

test('requests of other sites are foreign, those of programs and own pages are not', () => {
  const isForeign = (host: string, origin?: string, localAddress = '127.0.0.1') =>
    whyForeign({ headers: { host, origin }, socket: { localAddress } } as IncomingMessage) !== null;
  assert.equal(isForeign('localhost:9093'), false);
  assert.equal(isForeign('localhost:9093', 'http://localhost:9093'), false);
  assert.equal(isForeign('evil.example:9093'), true);
  for (const origin of ['http://localhost:3000', 'https://evil.example', 'null'])
    assert.equal(isForeign('localhost:9093', origin), true, origin);
  // In a container.
  assert.equal(isForeign('simulator:8090', undefined, '172.18.0.5'), false);
  assert.equal(isForeign('evil.example:8090', 'http://evil.example:8090', '172.18.0.5'), true);
});

import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { makeTestFolder } from '@aio/stack/testing/folder';
import { FILES } from './clients.ts';
import { readConfig, readWithoutCompose } from './read-files.ts';

function printed(source: string): string {
  const volumes = [
    { type: 'bind', source },
    { type: 'volume', source: 'data' },
  ];
  return JSON.stringify({ services: { redis: { image: 'redis:7', volumes } } });
}

test('readConfig names a mount that does not exist', () => {
  assert.deepEqual(Object.keys(readConfig(printed(import.meta.filename)).services), ['redis']);
  assert.throws(() => readConfig(printed('/nowhere/redis.conf')), {
    name: 'StackError',
    message: 'mounts that do not exist: /nowhere/redis.conf (redis)',
  });
});

test('readWithoutCompose names a mount that does not exist', (t) => {
  const root = resolve(import.meta.dirname, '../../..');
  assert.equal(readWithoutCompose(root, FILES), 21);
  const elsewhere = makeTestFolder(t, 'files');
  for (const file of FILES) cpSync(join(root, file), join(elsewhere, file));
  assert.throws(() => readWithoutCompose(elsewhere, FILES), {
    name: 'StackError',
    message: /^mounts that do not exist: .*realm\.json \(keycloak\), .*jaeger\.yaml \(jaeger\)/,
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './read-files.ts';

function printed(source: string): string {
  const volumes = [
    { type: 'bind', source },
    { type: 'volume', source: 'data' },
  ];
  return JSON.stringify({ services: { redis: { image: 'redis:7', volumes } } });
}

test('what is mounted has to be there', () => {
  assert.deepEqual(Object.keys(readConfig(printed(import.meta.filename)).services), ['redis']);
  assert.throws(() => readConfig(printed('/nowhere/redis.conf')), {
    name: 'StackError',
    message: 'what is mounted is not there: /nowhere/redis.conf (redis)',
  });
});

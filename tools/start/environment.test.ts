import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findUrlFaults, readGivenServices, withoutPassword } from './environment.ts';

test('an empty variable counts as not given', () => {
  const given = readGivenServices({ DATABASE_URL: '', REDIS_URL: 'rediss://cache.example:6379/2' });
  assert.equal(given.databaseUrl, undefined);
  assert.equal(given.redisUrl, 'rediss://cache.example:6379/2');
});

test('names all wrong variables at once, without passwords', () => {
  const env = {
    DATABASE_URL: 'mysql://aio:hidden@db.example/aio',
    REDIS_URL: 'cache.example:6379',
  };
  const lines = findUrlFaults(env).join('\n');
  assert.match(lines, /^DATABASE_URL=.*postgresql:\/\//m);
  assert.match(lines, /^REDIS_URL=cache\.example:6379: expected .*redis:\/\//m);
  assert.doesNotMatch(lines, /hidden/);
});

test('shows a URL without its password', () => {
  assert.equal(withoutPassword('redis://:secret@host:1/0'), 'redis://:***@host:1/0');
  assert.equal(withoutPassword('redis://host:1/0'), 'redis://host:1/0');
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { directUrlOf, passwordsOf, platformVariables, redisCacheUrl } from './config.ts';
import { type Environment, EnvironmentError, readEnvironment } from './environment.ts';
import { choice, flag, integer, number, optionalText, text, url } from './variables.ts';

const SCHEMA = {
  slots: integer('SLOTS', { min: 1, max: 100, fallback: 64 }),
  share: number('SHARE', { min: 0, max: 1, fallback: 1 }),
  on: flag('ON', { fallback: false }),
  level: choice('LEVEL', ['low', 'high'], { fallback: 'low' }),
  key: optionalText('KEY', { secret: true }),
  place: text('PLACE'),
  link: url('LINK', { protocols: ['http', 'https'] }),
};

function linesOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof EnvironmentError) return error.lines;
    throw error;
  }
  return [];
}

describe('readEnvironment', () => {
  it('reads typed values, and defaults for missing or empty variables', () => {
    const env = {
      SLOTS: '8',
      SHARE: '0.5',
      ON: 'TRUE',
      LEVEL: '',
      PLACE: 'here',
      LINK: 'http://a/b',
    };
    assert.deepEqual(readEnvironment(SCHEMA, env), {
      slots: 8,
      share: 0.5,
      on: true,
      level: 'low',
      key: null,
      place: 'here',
      link: 'http://a/b',
    });
  });

  it('reports all faults at once, with given and expected value', () => {
    const env = { SLOTS: '8.5', SHARE: '2', ON: 'maybe', LEVEL: 'mid', LINK: 'a/b' };
    assert.deepEqual(
      linesOf(() => readEnvironment(SCHEMA, env)),
      [
        'SLOTS: expected a whole number from 1 to 100, got "8.5"',
        'SHARE: expected a number from 0 to 1, got "2"',
        'ON: expected true or false, got "maybe"',
        'LEVEL: expected one of low, high, got "mid"',
        'PLACE is not set, expected text',
        'LINK: expected a URL that begins with http:// or https://, got "a/b"',
      ],
    );
  });

  it('never shows a secret, even a wrong one', () => {
    const secret = url('SECRET', { protocols: ['https'], secret: true });
    const lines = linesOf(() => readEnvironment({ secret }, { SECRET: 'hunter2' }));
    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines.join(), /hunter2/);
  });
});

describe('the variables of every process', () => {
  const read = (env: Environment) => readEnvironment(platformVariables, env);

  it('needs nothing in development', () => {
    const config = read({});
    assert.equal(config.databaseUrl, 'postgresql://aio:aio_password@localhost:5432/aio');
    assert.equal(config.redisUrl, 'redis://localhost:6379');
  });

  it('bypasses a pooler if DATABASE_DIRECT_URL is set', () => {
    const throughPooler = {
      DATABASE_URL: 'postgres://a:b@pooler/aio',
      DATABASE_POOLER: 'transaction',
    };
    assert.equal(read({}).databasePooler, 'none');
    assert.equal(directUrlOf(read(throughPooler)), throughPooler.DATABASE_URL);
    const direct = 'postgres://a:b@db/aio';
    assert.equal(directUrlOf(read({ ...throughPooler, DATABASE_DIRECT_URL: direct })), direct);
  });

  it('refuses the development password in production, given or by default', () => {
    const given = { DATABASE_URL: 'postgres://someone:aio_password@db/aio' };
    const production = { NODE_ENV: 'production', REDIS_URL: 'redis://:own@cache' };
    for (const env of [{}, given]) {
      const lines = linesOf(() => read({ ...production, ...env }));
      assert.deepEqual(lines, [
        'DATABASE_URL: production refuses a password that everyone knows; set your own',
      ]);
    }
    const own = { ...production, DATABASE_URL: 'postgres://aio:own@db/aio' };
    const direct = { ...own, DATABASE_DIRECT_URL: 'postgres://aio:aio_password@db/aio' };
    assert.deepEqual(
      linesOf(() => read(direct)),
      ['DATABASE_DIRECT_URL: production refuses a password that everyone knows; set your own'],
    );
    assert.equal(read(own).environment, 'production');
  });

  it('accepts a Redis or a cluster, and no separate Redis for the cache', () => {
    for (const url of [
      'rediss://cache.example:6380/1',
      'redis+cluster://node-1',
      'redis+cluster://node-1:7000,[::1]:7001,10.0.0.3',
      'rediss+cluster://someone:p%40ss@node-1:7000,node-2/',
    ])
      assert.equal(read({ REDIS_URL: url }).redisUrl, url);
    for (const url of [
      'redis://node-1:7000,node-2:7000',
      'redis+cluster://',
      'redis+cluster://node-1,,node-2',
      'redis+cluster://node-1?password=own',
      'redis+cluster://node-1:port',
    ])
      assert.match(linesOf(() => read({ REDIS_URL: url })).join(), /^REDIS_URL: expected /, url);
    const production = { NODE_ENV: 'production' };
    const readCache = (REDIS_CACHE_URL: string) =>
      readEnvironment({ redisCacheUrl }, { ...production, REDIS_CACHE_URL });
    assert.equal(readCache('').redisCacheUrl, '');
    assert.match(linesOf(() => readCache('redis+cluster://a,b')).join(), /requires a password/);
  });

  it('finds the passwords in its URLs', () => {
    const env = { DATABASE_URL: 'postgres://a:p%40ss@db/aio', REDIS_URL: 'redis://:50%@cache' };
    assert.deepEqual(passwordsOf(read(env)), ['p@ss', '50%']);
    assert.deepEqual(passwordsOf(read({})), ['aio_password']);
    const direct = { ...env, DATABASE_DIRECT_URL: 'postgres://a:other@db/aio' };
    assert.deepEqual(passwordsOf(read(direct)), ['p@ss', 'other', '50%']);
    const parameters = { REDIS_URL: 'redis://cache?password=p%40ss' };
    assert.deepEqual(passwordsOf(read(parameters)), ['aio_password', 'p@ss']);
    const both = { ...read(parameters), redisCacheUrl: 'redis+cluster://:own@a:1,b:2' };
    assert.deepEqual(passwordsOf(both), ['aio_password', 'p@ss', 'own']);
  });
});

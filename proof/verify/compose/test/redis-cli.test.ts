import { startOwnRedis, startOwnRedisCluster } from '@aio/tools/testing/own-redis';
import { makeTestFolder, PROGRAM_DIR } from '@aio/tools/testing/folder';
import { findRedisCli } from '@aio/tools/servers/redis-cluster';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { ROOT } from '../testing/files.ts';

const OWN = ['-u', 'redis://own'];

/** What people type after `docker compose exec api redis-cli`, and the arguments of the program. */
const TYPED: Readonly<Record<string, [typed: string[], given: string[]]>> = {
  nothing: [[], OWN],
  'a command alone': [
    ['INFO', 'memory'],
    [...OWN, 'INFO', 'memory'],
  ],
  'an option': [['--scan'], [...OWN, '--scan']],
  'an option with a value': [
    ['-n', '1', '--scan'],
    [...OWN, '-n', '1', '--scan'],
  ],
  'a command with an argument like an option': [
    ['ECHO', '-h'],
    [...OWN, 'ECHO', '-h'],
  ],
  'the option of a variable that is empty on the host': [
    ['-u', 'PING'],
    [...OWN, 'PING'],
  ],
  'that option and nothing else': [['-u'], OWN],
  'another URL': [
    ['-u', 'redis://redis:6379/1', 'PING'],
    ['-u', 'redis://redis:6379/1', 'PING'],
  ],
  'another URL after an option': [
    ['-n', '1', '-u', 'redis://redis:6379', 'PING'],
    ['-n', '1', '-u', 'redis://redis:6379', 'PING'],
  ],
  'another socket': [
    ['-s', '/run/redis.sock', 'PING'],
    ['-s', '/run/redis.sock', 'PING'],
  ],
  'another host and port': [
    ['-h', 'redis', '-p', '6380', 'PING'],
    ['-h', 'redis', '-p', '6380', 'PING'],
  ],
};

/** Runs the image's redis-cli. @param folder has `valkey-cli` */
function redisCli(folder: string, url: string, typed: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(join(ROOT, 'deploy/compose/redis-cli.sh'), typed, {
    env: { PATH: `${folder}:${process.env.PATH}`, REDIS_URL: url },
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return stdout.trim().split('\n');
}

describe("redis-cli has the container's Redis unless you name another", () => {
  const program = '#!/bin/sh\nprintf "%s\\n" "$@"\n';
  const argumentsOf = (t: TestContext, url: string, typed: readonly string[]) => {
    const folder = makeTestFolder(t, 'redis-cli');
    writeFileSync(join(folder, 'valkey-cli'), program, { mode: 0o755 });
    return redisCli(folder, url, typed);
  };
  for (const [what, [typed, given]] of Object.entries(TYPED)) {
    test(what, (t) => assert.deepEqual(argumentsOf(t, 'redis://own', typed), given));
  }

  const urls = {
    'rediss://:pw@one:6379': ['-u', 'rediss://:pw@one:6379'],
    'redis+cluster://one:1,two:2': ['-c', '-u', 'redis://one:1'],
    'rediss+cluster://me:p,w@one:1,two:2': ['-c', '-u', 'rediss://me:p,w@one:1'],
  };
  for (const [url, given] of Object.entries(urls)) {
    test(url, (t) => assert.deepEqual(argumentsOf(t, url, ['PING']), [...given, 'PING']));
  }
});

async function withProgram(t: TestContext): Promise<string> {
  const searchPath = process.env.PATH ?? '';
  const { path } = await findRedisCli({ dataDir: PROGRAM_DIR, searchPath });
  const folder = makeTestFolder(t, 'redis-cli');
  symlinkSync(path, join(folder, 'valkey-cli'));
  return folder;
}

test('`redis-cli -n 1 --scan` lists the keys of another database', async (t) => {
  const folder = await withProgram(t);
  const { url } = await startOwnRedis(t);
  assert.deepEqual(redisCli(folder, url, ['-n', '1', 'SET', 'there', '1']), ['OK']);
  assert.deepEqual(redisCli(folder, url, ['-n', '1', '--scan']), ['there']);
  assert.deepEqual(redisCli(folder, url, ['--scan']), ['']);
});

test('redis-cli follows keys to all nodes of a cluster', async (t) => {
  const folder = await withProgram(t);
  const { url } = await startOwnRedisCluster(t);
  for (const key of ['a', 'b', 'c', 'd'])
    assert.deepEqual(redisCli(folder, url, ['SET', key, '1']), ['OK']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askRedis } from '../servers/ask-redis.ts';
import { findFreePort } from '../process/free-port.ts';
import { startRedis } from '../servers/redis.ts';
import { makeTestFolder, PROGRAM_DIR } from '../testing/folder.ts';

test('is safe for queues: evicts nothing, and acknowledged writes survive a stop', async (t) => {
  const dataDir = makeTestFolder(t, 'redis');
  const port = await findFreePort();
  const options = { dataDir, programDir: PROGRAM_DIR, port, searchPath: process.env.PATH ?? '' };
  const first = await startRedis(options);
  assert.match((await askRedis(port, 'CONFIG GET maxmemory-policy')) ?? '', /noeviction/);
  assert.equal(await askRedis(port, 'SET promise kept'), '+OK\r\n');
  assert.deepEqual(await first.stop(), { code: 0, signal: null });
  const second = await startRedis(options);
  try {
    assert.match((await askRedis(port, 'GET promise')) ?? '', /kept/);
  } finally {
    await second.stop();
  }
});

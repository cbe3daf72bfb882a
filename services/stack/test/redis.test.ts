import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { findFreePort } from '../free-port.ts';
import { startRedis } from '../redis.ts';
import { makeTestFolder, PROGRAM_DIR } from '../testing/folder.ts';

/** Sends one command over a new connection. */
async function ask(port: number, command: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write(`${command}\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
}

test('is safe for queues: evicts nothing, and acknowledged writes survive a stop', async (t) => {
  const dataDir = makeTestFolder(t, 'redis');
  const port = await findFreePort();
  const options = { dataDir, programDir: PROGRAM_DIR, port, searchPath: process.env.PATH ?? '' };
  const first = await startRedis(options);
  assert.match(await ask(port, 'CONFIG GET maxmemory-policy'), /noeviction/);
  assert.equal(await ask(port, 'SET promise kept'), '+OK\r\n');
  assert.deepEqual(await first.stop(), { code: 0, signal: null });
  const second = await startRedis(options);
  try {
    assert.match(await ask(port, 'GET promise'), /kept/);
  } finally {
    await second.stop();
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFreePort } from '../process/free-port.ts';
import { isListening } from '../process/ports.ts';
import { isAlive } from '../process/process-identity.ts';
import { startPostgres } from '../servers/postgres.ts';
import { makeTestFolder } from '../testing/folder.ts';

test('a killed server comes back with its data, and an orderly stop leaves no process', async (t) => {
  const options = { dataDir: makeTestFolder(t, 'postgres'), port: await findFreePort() };
  const first = await startPostgres(options);
  assert.equal(first.url, `postgresql://aio:aio_password@127.0.0.1:${options.port}/aio`);
  await first.kill();
  const second = await startPostgres(options);
  assert.equal(second.folder, first.folder);
  assert.ok(second.lastLines(40).join('\n').includes('automatic recovery in progress'));
  assert.deepEqual(await second.stop(), { code: 0, signal: null });
  assert.ok(!isAlive(second.identity));
  assert.equal(await isListening(options.port), false);
});

test('reports a port in use with the server’s message', async (t) => {
  const port = await findFreePort();
  const holder = await startPostgres({ dataDir: makeTestFolder(t, 'postgres'), port });
  try {
    await assert.rejects(
      startPostgres({ dataDir: makeTestFolder(t, 'postgres'), port }),
      (error: Error) => {
        assert.match(error.message, /^postgres ended with code 1/);
        assert.match(String((error as { details?: unknown }).details), /Address already in use/);
        return true;
      },
    );
  } finally {
    await holder.stop();
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '@aio/platform/testing/database';
import { testRedis } from '@aio/platform/testing/redis';
import { makeTestFolder } from '@aio/stack/testing/folder';
import { startSystem } from '../lib/system.ts';
import { waitUntil } from '../lib/wait-until.ts';

/** Throws on SIGUSR2, like a fault in a timer. */
const CRASHES = `process.on('SIGUSR2', () => { throw new TypeError('in a timer'); });`;
const PRELOAD = `--import=data:text/javascript,${encodeURIComponent(CRASHES)}`;

test('reports processes that end by themselves, but none that was asked to end', async (t) => {
  const dataDir = makeTestFolder(t, 'deaths');
  const { url: databaseUrl } = await createTestDatabase(t);
  const { url: redisUrl, prefix } = await testRedis(t);
  const system = await startSystem({
    workers: 2,
    databaseUrl,
    redisUrl,
    prefix,
    dataDir,
    env: { PATH: process.env.PATH ?? '', NODE_OPTIONS: PRELOAD },
  });
  t.after(() => system.end());
  const [asked, crashed] = system.workers;

  await asked!.signal('SIGKILL');
  await asked!.restart();
  await asked!.signal('SIGTERM');
  // The kill may come before the worker is ready.
  const restarts = [asked!.restart()];
  await asked!.signal('SIGKILL');
  restarts.push(asked!.restart());
  await Promise.all(restarts);
  assert.deepEqual(system.deaths.lines, []);
  system.deaths.check();

  // The approval stays undecided, so these waits would otherwise last until they time out.
  await system.api.createWorkflow({
    name: 'asks',
    steps: { ask: { type: 'approval', with: {} } },
  });
  const { id } = await system.api.submitRun('asks');
  const waits = [
    system.api.waitForRun(id),
    system.api.waitUntilIdle({ timeoutMs: 600_000 }),
    system.deaths.first,
  ].map((wait) => assert.rejects(wait, /^StackError: worker-2 ended unexpectedly with code 1: /));
  process.kill(crashed!.pid, 'SIGUSR2');
  await Promise.all(waits);
  assert.deepEqual(system.deaths.lines, [
    'worker-2 ended unexpectedly with code 1: TypeError: in a timer',
  ]);

  process.kill(asked!.pid, 'SIGKILL');
  await waitUntil('the second death', 10_000, () => system.deaths.lines.length === 2);
  assert.match(system.deaths.lines[1]!, /^worker-1 ended unexpectedly with SIGKILL/);
  await assert.rejects(system.stop(), /worker-2 ended unexpectedly with code 1/);
});

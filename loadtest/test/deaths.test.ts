import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { createTestDatabase } from '@aio/platform/testing/database';
import { testRedis } from '@aio/platform/testing/redis';
import { makeScratchFolder } from '../lib/scratch-folder.ts';
import { startSystem } from '../lib/system.ts';

/** Throws when it is told to, in the middle of nothing: a signal stands for a timer's own fault. */
const CRASHES = `process.on('SIGUSR2', () => { throw new TypeError('in a timer'); });`;
const PRELOAD = `--import=data:text/javascript,${encodeURIComponent(CRASHES)}`;

test('a process that ends by itself is noticed, and one that was asked to is not', async (t) => {
  const dataDir = makeScratchFolder('deaths');
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
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
  // The next one comes only now, though nobody waited for this one to be ready.
  const restarts = [asked!.restart()];
  await asked!.signal('SIGKILL');
  restarts.push(asked!.restart());
  await Promise.all(restarts);
  assert.deepEqual(system.deaths.lines, []);
  system.deaths.check();

  // Nobody decides: what waits for the end of the run would wait for as long as it was told to.
  await system.api.createWorkflow({
    name: 'asks',
    steps: { ask: { type: 'approval', with: {} } },
  });
  const { id } = await system.api.submitRun('asks');
  const waits = [
    system.api.waitForRun(id),
    system.api.waitUntilIdle({ timeoutMs: 600_000 }),
    system.deaths.first,
  ].map((wait) => assert.rejects(wait, /^StackError: worker-2 ended by itself with code 1: /));
  process.kill(crashed!.pid, 'SIGUSR2');
  await Promise.all(waits);
  assert.deepEqual(system.deaths.lines, [
    'worker-2 ended by itself with code 1: TypeError: in a timer',
  ]);
});

test('one that is killed behind the system’s back fails whoever stops the system', async (t) => {
  const dataDir = makeScratchFolder('deaths');
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const { url: databaseUrl } = await createTestDatabase(t);
  const { url: redisUrl, prefix } = await testRedis(t);
  const env = { PATH: process.env.PATH ?? '' };
  const system = await startSystem({
    workers: 1,
    databaseUrl,
    redisUrl,
    prefix,
    dataDir,
    env,
  });
  process.kill(system.workers[0]!.pid, 'SIGKILL');
  await assert.rejects(system.deaths.first, /worker-1 ended by itself of SIGKILL/);
  await assert.rejects(system.stop(), /worker-1 ended by itself of SIGKILL/);
});

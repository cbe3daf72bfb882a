import { makeTestFolder } from '../testing/folder.ts';
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createApiClient } from './client.ts';
import { watchDeaths } from './deaths.ts';
import { failingWith } from './system.ts';
import { startProcess } from './system-process.ts';
import { waitUntil } from './wait-until.ts';

const WITHIN_MS = 10_000;
/** Throws on SIGUSR2, like a fault in a timer. */
const SCRIPT = `
  process.on('SIGUSR2', () => { throw new TypeError('in a timer'); });
  process.on('SIGTERM', () => process.exit());
  require('fs').writeFileSync(process.argv[1], '');
  setInterval(() => {}, 1000);`;

function startSample(t: TestContext, name: string, deaths: ReturnType<typeof watchDeaths>) {
  const folder = makeTestFolder(t, name);
  const mark = join(folder, 'up');
  const spec = {
    name,
    command: process.execPath,
    args: ['-e', SCRIPT, mark],
    env: {},
    logFile: join(folder, `logs/${name}.log`),
    isReady: () => existsSync(mark),
  };
  return startProcess(
    () => {
      rmSync(mark, { force: true });
      return spec;
    },
    9,
    deaths,
  );
}

test('reports processes that end by themselves, but none that was asked to end', async (t) => {
  const deaths = watchDeaths();
  const [asked, crashed] = await Promise.all(
    ['worker-1', 'worker-2'].map((name) => startSample(t, name, deaths)),
  );
  t.after(() => Promise.all([asked!.stop(), crashed!.stop()]));

  await asked!.signal('SIGKILL');
  await asked!.restart();
  await asked!.signal('SIGTERM');
  // The kill may come before the process is ready.
  const restarts = [asked!.restart()];
  await asked!.signal('SIGKILL');
  restarts.push(asked!.restart());
  await Promise.all(restarts);
  assert.deepEqual(deaths.lines, []);
  deaths.check();

  process.kill(crashed!.pid, 'SIGUSR2');
  await assert.rejects(
    deaths.first,
    /^StackError: worker-2 ended unexpectedly with code 1: TypeError: in a timer/,
  );
  process.kill(asked!.pid, 'SIGKILL');
  await waitUntil('the second death', WITHIN_MS, () => deaths.lines.length === 2);
  assert.match(deaths.lines[1]!, /^worker-1 ended unexpectedly with SIGKILL/);
  assert.throws(deaths.check, /worker-2 ended unexpectedly with code 1/);
});

test('waits for runs reject at the death of a process', async () => {
  const never = () => new Promise<never>(() => {});
  const death = Promise.withResolvers<never>();
  const api = failingWith(death.promise, createApiClient('http://127.0.0.1:9', { fetch: never }));
  const waits = [api.waitForRun('a-run'), api.waitUntilIdle({ timeoutMs: 600_000 })];
  death.reject(new Error('worker-2 ended'));
  for (const wait of waits) await assert.rejects(wait, /worker-2 ended/);
});

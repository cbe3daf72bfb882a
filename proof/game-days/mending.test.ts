import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createSimulator } from '@aio/llm-simulator/server';
import { findFreePort } from '@aio/tools/process/free-port';
import { identifyProcess } from '@aio/tools/process/process-identity';
import { readBroken, writeBroken } from '@aio/tools/start/broken-record';
import { openRunRecord } from '@aio/tools/start/run-record';
import { makeTestFolder } from '@aio/tools/testing/folder';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { STEADY_MODEL } from '../alert-faults/steady.ts';
import { openRunningSystem } from './running-system.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const skip = process.platform === 'linux' ? false : 'freezing needs Linux';
const [, MODEL] = STEADY_MODEL;
const STAY = 'setInterval(() => {}, 1000)';

/** A stack with one worker, which only stays there, and a real simulator. */
async function startStack(t: TestContext) {
  const dataDir = makeTestFolder(t, 'game');
  const worker = spawn(process.execPath, ['-e', STAY]);
  await once(worker, 'spawn');
  t.after(() => worker.kill('SIGKILL'));
  const pid = worker.pid as number;
  const identity = identifyProcess(pid)!;
  const record = openRunRecord(dataDir);
  t.after(() => record.release());
  record.add({ name: 'worker-1', stopSignal: 'SIGTERM', ...identity });
  const simulator = await createSimulator();
  t.after(() => simulator.close());
  const place = {
    databaseUrl: 'postgresql://nobody@127.0.0.1:1/none',
    apiUrl: 'http://127.0.0.1:1',
    publicUrl: 'http://127.0.0.1:1',
    keycloakUrl: 'http://127.0.0.1:1',
    simulatorUrl: simulator.url,
  };
  const breakIt = async () => {
    const dials = (await (await fetch(`${simulator.url}/dials`)).json()) as Record<string, unknown>;
    writeBroken(dataDir, { fault: 'frozen-worker', frozen: [identity], down: ['worker-1'], dials });
    simulator.turn({ workMs: 8000, models: { [MODEL]: { faults: { rateLimit: 0.6 } } } });
    process.kill(pid, 'SIGSTOP');
    await waitUntil(() => isFrozen(pid), { what: 'the worker stands' });
  };
  const isWhole = async () => {
    const dials = (await (await fetch(`${simulator.url}/dials`)).json()) as {
      workMs: number;
      models: Record<string, object>;
    };
    const areBack = dials.workMs === 0 && Object.keys(dials.models[MODEL] ?? {}).length === 0;
    return areBack && !isFrozen(pid) && readBroken(dataDir) === undefined;
  };
  const env = {
    PATH: process.env.PATH,
    PORT: String(await findFreePort()),
    AIO_DATA_DIR: dataDir,
    GAME_DAYS_TOKEN: 'a-token',
    GAME_DAYS_DELIVERY_TOKEN: 'a-token-of-alertmanager',
    DATABASE_URL: place.databaseUrl,
    API_URL: place.apiUrl,
    AIO_PUBLIC_URL: place.publicUrl,
    KEYCLOAK_URL: place.keycloakUrl,
    SIMULATOR_URL: simulator.url,
  };
  const hasAddress = () => existsSync(join(dataDir, 'game-days.json'));
  return { dataDir, pid, place, breakIt, isWhole, hasAddress, env };
}

test('the next controller mends first what a killed one left', { skip }, async (t) => {
  const { breakIt, isWhole, hasAddress, env } = await startStack(t);
  await breakIt();
  const controller = spawn(process.execPath, [MAIN], { env, stdio: 'inherit' });
  t.after(() => controller.kill('SIGKILL'));
  await waitUntil(hasAddress, { what: 'the controller listens' });
  assert.ok(await isWhole(), 'it is whole before the controller listens');
});

test('the controller mends and ends once npm start has been killed', { skip }, async (t) => {
  const { breakIt, isWhole, hasAddress, env, dataDir } = await startStack(t);
  // In place of npm start: a process whose child is the controller.
  const script = `const { pid } = require('child_process').spawn(process.execPath, ['${MAIN}'], { detached: true });
    require('fs').writeFileSync('${dataDir}/controller', String(pid)); ${STAY}`;
  const start = spawn(process.execPath, ['-e', script], { env });
  t.after(() => start.kill('SIGKILL'));
  await waitUntil(hasAddress, { what: 'the controller listens' });
  const controller = Number(readFileSync(join(dataDir, 'controller'), 'utf8'));
  await breakIt();
  start.kill('SIGKILL');
  await waitUntil(isWhole, { what: 'all is whole' });
  await waitUntil(() => identifyProcess(controller) === undefined, { what: 'it has ended' });
  assert.equal(hasAddress(), false);
});

test('a fault is on record before it is there, and only within a game', { skip }, async (t) => {
  const { dataDir, pid, place, isWhole } = await startStack(t);
  const system = openRunningSystem({ dataDir, ...place, env: {} });
  t.after(() => system.close());
  const [worker] = system.workers;
  await assert.rejects(worker!.signal('SIGSTOP'), /no game has begun/);
  assert.equal(isFrozen(pid), false);
  await system.begin('frozen-worker');
  await worker!.signal('SIGSTOP');
  assert.deepEqual(readBroken(dataDir)?.frozen, [identifyProcess(pid)]);
  await waitUntil(() => isFrozen(pid), { what: 'the worker stands' });
  await system.mend();
  await waitUntil(isWhole, { what: 'all is whole' });
});

test('only what npm start started can be broken', async (t) => {
  const { dataDir, place } = await startStack(t);
  const system = openRunningSystem({ dataDir, ...place, env: { OPENAI_BASE_URL: 'https://x' } });
  t.after(() => system.close());
  assert.match(system.lacks('postgres') ?? '', /PostgreSQL is yours/);
  assert.match(system.lacks('models') ?? '', /those of a vendor/);
  assert.match(system.lacks('two workers') ?? '', /two workers/);
  assert.equal(system.lacks('worker'), null);
  await system.begin('frozen-database');
  await assert.rejects(system.freeze('postgres'), /npm start runs no postgres/);
  await system.mend();
});

function isFrozen(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}

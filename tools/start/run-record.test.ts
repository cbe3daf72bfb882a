import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { identifyProcess, isAlive } from '../process/process-identity.ts';
import { clearLeftovers } from './leftovers.ts';
import { PORTS, shiftPorts } from '../process/ports.ts';
import { openRunRecord, portsOfRunning } from './run-record.ts';
import { makeTestFolder } from '../testing/folder.ts';

/** A process that ends at SIGTERM, or only at SIGKILL. */
async function spawnProcess(t: TestContext, stubborn = false) {
  const script = `${stubborn ? "process.on('SIGTERM', () => {});" : ''} setInterval(() => {}, 1000); process.stdout.write('up')`;
  const child = spawn(process.execPath, ['-e', script], { detached: true });
  const exited = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  await once(child.stdout, 'data');
  const identity = identifyProcess(child.pid as number);
  assert.ok(identity);
  return identity;
}

test('one start at a time holds a data folder', (t) => {
  const folder = makeTestFolder(t, 'record');
  const record = openRunRecord(folder);
  assert.throws(() => openRunRecord(folder), /already uses .* \(process \d+\)/);
  record.release();
  assert.ok(!existsSync(join(folder, 'stack.json')));
  openRunRecord(folder).release();
});

test('the next start finds the living parts of a killed one', async (t) => {
  const folder = makeTestFolder(t, 'record');
  const alive = await spawnProcess(t);
  const gone = { pid: alive.pid, startedAt: 'another boot' };
  const part = { name: 'worker-1', stopSignal: 'SIGTERM', ...alive };
  const content = { holder: gone, parts: [part, { ...part, ...gone, name: 'worker-2' }] };
  writeFileSync(join(folder, 'stack.json'), JSON.stringify(content));
  const record = openRunRecord(folder);
  assert.deepEqual(record.leftovers, [part]);
  record.release();
});

test('a process replaces an ended one of its name, but not a living one', async (t) => {
  const folder = makeTestFolder(t, 'record');
  const alive = await spawnProcess(t);
  const record = openRunRecord(folder);
  const part = (pid: number) => ({
    name: 'worker-1',
    stopSignal: 'SIGTERM' as const,
    ...alive,
    pid,
  });
  // No process has this pid.
  for (const pid of [2 ** 30, alive.pid, process.pid]) record.add(part(pid));
  const { parts } = JSON.parse(readFileSync(join(folder, 'stack.json'), 'utf8'));
  assert.deepEqual(parts, [part(alive.pid), part(process.pid)]);
  record.release();
});

test('a truncated record has no holder', (t) => {
  const folder = makeTestFolder(t, 'record');
  writeFileSync(join(folder, 'stack.json'), '{"holder":');
  assert.deepEqual(openRunRecord(folder).leftovers, []);
});

test('stops leftovers, and kills those that do not end', async (t) => {
  const parts = [await spawnProcess(t), await spawnProcess(t, true)].map((identity, index) => ({
    name: `part-${index}`,
    stopSignal: 'SIGTERM' as const,
    ...identity,
  }));
  await clearLeftovers(parts, 300);
  assert.deepEqual(parts.filter(isAlive), []);
});

test('commands find the ports of a running stack', (t) => {
  const folder = makeTestFolder(t, 'record');
  assert.deepEqual(portsOfRunning(folder), PORTS);
  const record = openRunRecord(folder, shiftPorts(100));
  assert.equal(portsOfRunning(folder).prometheus, 9190);
  record.release();
  assert.deepEqual(portsOfRunning(folder), PORTS);
});

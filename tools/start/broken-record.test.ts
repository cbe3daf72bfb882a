import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { identifyProcess } from '../process/process-identity.ts';
import { freeze } from '../system/freeze.ts';
import { makeTestFolder } from '../testing/folder.ts';
import { forgetBroken, isKeptDown, readBroken, thawBroken, writeBroken } from './broken-record.ts';

const NOTHING = { fault: 'frozen-worker', frozen: [], down: [], dials: null };
const skip = process.platform === 'linux' ? false : 'freezing needs Linux';

test('the next process continues what a killed one had frozen', { skip }, async (t) => {
  const dataDir = makeTestFolder(t, 'broken');
  // A parent and a child, as PostgreSQL has.
  const victim = await begin(
    t,
    `require('child_process').spawn('sleep', ['600']); setInterval(() => {}, 1000)`,
  );
  const child = await waitUntil(() => childrenOf(victim)[0], { what: 'a child' });
  writeBroken(dataDir, { ...NOTHING, frozen: [identifyProcess(victim)!] });
  freeze(victim);
  await waitUntil(() => stateOf(victim) === 'T' && stateOf(child) === 'T', { what: 'both stand' });
  assert.equal(thawBroken(dataDir), 1);
  await waitUntil(() => stateOf(victim) !== 'T' && stateOf(child) !== 'T', { what: 'both go on' });
});

test('another process with a recorded pid is left alone', { skip }, async (t) => {
  const dataDir = makeTestFolder(t, 'broken');
  const other = await begin(t, 'setInterval(() => {}, 1000)');
  writeBroken(dataDir, { ...NOTHING, frozen: [{ pid: other, startedAt: 'another boot' }] });
  process.kill(other, 'SIGSTOP');
  await waitUntil(() => stateOf(other) === 'T', { what: 'it stands' });
  assert.equal(thawBroken(dataDir), 0);
  assert.equal(stateOf(other), 'T');
});

test('a part stays down while the process lives that wants it', async (t) => {
  const dataDir = makeTestFolder(t, 'broken');
  assert.equal(isKeptDown(dataDir, 'worker-1'), false);
  writeBroken(dataDir, { ...NOTHING, down: ['worker-1'] });
  assert.equal(isKeptDown(dataDir, 'worker-1'), true);
  assert.equal(isKeptDown(dataDir, 'worker-2'), false);
  forgetBroken(dataDir);
  assert.equal(readBroken(dataDir), undefined);
  assert.equal(isKeptDown(dataDir, 'worker-1'), false);
});

test('a part does not stay down for a process that has ended', async (t) => {
  const dataDir = makeTestFolder(t, 'broken');
  const module = new URL('broken-record.ts', import.meta.url).href;
  const write = `const { writeBroken } = await import('${module}');
    writeBroken('${dataDir}', ${JSON.stringify({ ...NOTHING, down: ['worker-1'] })});`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', write]);
  await once(holder, 'exit');
  assert.deepEqual(readBroken(dataDir)?.down, ['worker-1']);
  assert.equal(isKeptDown(dataDir, 'worker-1'), false);
});

/** Starts a script of Node.js in a group of its own. @returns its pid */
async function begin(t: TestContext, script: string): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, ['-e', script], { detached: true });
  await once(child, 'spawn');
  const pid = child.pid as number;
  t.after(() => process.kill(-pid, 'SIGKILL'));
  return pid;
}

/** `T` = it stands still. */
function stateOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '';
}

function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return list.split(' ').filter(Boolean).map(Number);
}

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isAlive } from './process-identity.ts';
import { startPart } from './process.ts';
import { StackError } from '../stack-error.ts';
import { makeTestFolder } from '../testing/folder.ts';

function specOf(t: TestContext, script: string) {
  const folder = makeTestFolder(t, 'part');
  const mark = join(folder, 'up');
  return {
    name: 'sample',
    command: process.execPath,
    args: ['-e', script, mark],
    env: {},
    logFile: join(folder, 'logs/sample.log'),
    isReady: () => existsSync(mark),
  };
}

const STAY = "require('fs').writeFileSync(process.argv[1], ''); setInterval(() => {}, 1000);";

test('a part starts, gets ready, and is gone after an orderly stop', async (t) => {
  const part = await startPart(specOf(t, `process.on('SIGTERM', () => process.exit(7)); ${STAY}`));
  assert.ok(isAlive(part.identity));
  assert.deepEqual(await part.stop(), { code: 7, signal: null });
  assert.ok(!isAlive(part.identity));
});

test('kills a part that ignores the signal for too long', async (t) => {
  const spec = specOf(t, `process.on('SIGTERM', () => {}); ${STAY}`);
  const part = await startPart({ ...spec, stopWithinMs: 200 });
  assert.deepEqual(await part.stop(), { code: null, signal: 'SIGKILL' });
});

test('shows the last lines of a part that dies before it is ready', async (t) => {
  const spec = specOf(t, "console.error('no such table'); process.exit(3)");
  await assert.rejects(startPart(spec), (error) => {
    assert.ok(error instanceof StackError);
    assert.equal(error.message, 'sample ended with code 3');
    assert.deepEqual(error.details, ['no such table']);
    return true;
  });
});

test('a part that rejects its environment keeps that exit code', async (t) => {
  const spec = specOf(t, "console.error('PORT=x: expected a port'); process.exit(78)");
  await assert.rejects(startPart(spec), {
    message: 'sample rejected its environment: PORT=x: expected a port',
    exitCode: 78,
  });
});

test('ends a part that never gets ready', async (t) => {
  let pid = 0;
  const spec = specOf(t, 'setInterval(() => {}, 1000)');
  const started = startPart({
    ...spec,
    readyWithinMs: 200,
    onSpawn: ({ identity }) => {
      pid = identity.pid;
    },
  });
  await assert.rejects(started, { message: 'sample was not ready within 0.2 s' });
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});

test('a missing program is one clear line', async (t) => {
  const spec = { ...specOf(t, ''), command: '/nowhere/program' };
  await assert.rejects(startPart(spec), { message: /^cannot start sample: / });
});

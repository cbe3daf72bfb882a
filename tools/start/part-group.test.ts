import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { isAlive } from '../process/process-identity.ts';
import type { Part } from '../process/process.ts';
import { StackError } from '../stack-error.ts';
import { makeTestFolder } from '../testing/folder.ts';
import { createPartGroup } from './part-group.ts';
import { createProgress } from './progress.ts';

/** A group with one part, `worker-1`, whose script gets the path of a file that says that it is ready. */
async function keepRunning(
  t: TestContext,
  script: string,
  { again = script, restartAfterMs = 10, isKeptDown = (): boolean => false } = {},
) {
  const folder = makeTestFolder(t, 'group');
  const mark = join(folder, 'up');
  const logFile = join(folder, 'worker-1.log');
  const lines: string[] = [];
  const parts: Part[] = [];
  const group = createPartGroup({
    progress: createProgress((line) => lines.push(line)),
    record: (part) => void parts.push(part),
    optional: [],
    restartAfterMs,
    isKeptDown,
  });
  t.after(() => group.stop());
  const spec = {
    name: 'worker-1',
    command: process.execPath,
    env: {},
    logFile,
    isReady: () => existsSync(mark),
  };
  const [first, next] = [script, again].map((one) => ({ ...spec, args: ['-e', one, mark] }));
  await group.keepRunning(first!, next);
  const sees = (pattern: RegExp) =>
    waitUntil(() => lines.some((line) => pattern.test(line)), { what: String(pattern) });
  return { group, lines, parts, logFile, sees };
}

const STAY = `console.log('up'); require('fs').writeFileSync(process.argv[1], '');
  setInterval(() => {}, 1000);`;

test('a killed part starts again, keeps its log, and stops with the group', async (t) => {
  const { group, lines, parts, logFile, sees } = await keepRunning(t, STAY);
  await parts[0]?.kill();
  await sees(/^ {2}worker-1 +ready +[\d.]+ s {2}runs again$/);
  assert.match(
    lines[0] ?? '',
    /^ {2}worker-1 +lost +was ended by SIGKILL; starts again in 0.01 s$/,
  );
  assert.equal(lines.length, 2);
  assert.equal(parts.length, 2);
  await waitUntil(() => readFileSync(logFile, 'utf8') === 'up\nup\n', { what: 'both lines' });
  await group.stop();
  assert.deepEqual(
    parts.filter(({ identity }) => isAlive(identity)),
    [],
  );
  assert.match(lines[2] ?? '', /worker-1 +stopped/);
});

test('a part may start again in another way', async (t) => {
  const again = STAY.replace('up', 'again');
  const { parts, logFile, sees } = await keepRunning(t, STAY, { again });
  await parts[0]?.kill();
  await sees(/runs again$/);
  await waitUntil(() => readFileSync(logFile, 'utf8') === 'up\nagain\n', { what: 'both lines' });
});

test('a stop ends the pause, and the part does not come back', async (t) => {
  const { group, parts, sees } = await keepRunning(t, STAY, { restartAfterMs: 2 ** 30 });
  await parts[0]?.kill();
  await sees(/starts again/);
  const stopped = group.stop().then(() => 'stopped');
  assert.equal(await Promise.race([group.failure, stopped]), 'stopped');
  assert.equal(parts.length, 1);
});

test('a part that ends after each start fails the stack, with its reason', async (t) => {
  const { group, lines, parts } = await keepRunning(
    t,
    `if (require('fs').existsSync(process.argv[1])) { console.error('no disk'); process.exit(3); }
     ${STAY}`,
  );
  await parts[0]?.kill();
  await assert.rejects(group.failure, (error) => {
    assert.ok(error instanceof StackError);
    const reason = 'worker-1 ended with code 3, 7 times in a row right after its start';
    assert.equal(error.message, reason);
    assert.equal(error.details.at(-1), 'no disk');
    return true;
  });
  const pauses = lines.map((line) => /again in (\S+) s/.exec(line)?.[1]).filter(Boolean);
  assert.deepEqual(pauses, ['0.01', '0.02', '0.04', '0.08', '0.16', '0.32']);
});

test('a part that cannot start at all is an error, without a second try', async (t) => {
  const failed = keepRunning(t, "console.error('no table'); process.exit(3);");
  await assert.rejects(failed, { message: 'worker-1 ended with code 3', details: ['no table'] });
});

test('a part that is kept down starts again once it may', async (t) => {
  let isKeptDown = true;
  const { parts, sees } = await keepRunning(t, STAY, { isKeptDown: () => isKeptDown });
  await parts[0]?.kill();
  await sees(/worker-1 +lost/);
  // Many times the pause before a start.
  await sleep(300);
  assert.equal(parts.length, 1);
  isKeptDown = false;
  await sees(/^ {2}worker-1 +ready +[\d.]+ s {2}runs again$/);
  assert.equal(parts.length, 2);
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from './command.ts';
import { makeTestFolder } from '../testing/folder.ts';

test('keeps the exit code of a command that rejects its environment, but of no other failure', async (t) => {
  const folder = makeTestFolder(t, 'command');
  const run = (script: string) =>
    runCommand({
      purpose: 'the sample',
      command: process.execPath,
      args: ['-e', script],
      env: {},
      logFile: join(folder, 'sample.log'),
    });
  await run('');
  await assert.rejects(run("console.error('PORT: no'); process.exit(78)"), {
    message: 'the sample failed (code 78)',
    exitCode: 78,
    details: ['PORT: no'],
  });
  await assert.rejects(run('process.exit(3)'), { exitCode: 69 });
});

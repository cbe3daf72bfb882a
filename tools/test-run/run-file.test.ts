import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeTestFolder } from '../testing/folder.ts';

const LEAKY = `
  import { createServer } from 'node:net';
  import { test } from 'node:test';
  test('leaks', () => { createServer().listen(0, '127.0.0.1'); });
`;

/** Prints events about ends, and exits. The file is silent for too long once its test has ended. */
const runner = (file: string) => `
  import { mock } from 'node:test';
  import { runFile } from ${JSON.stringify(join(import.meta.dirname, 'run-file.ts'))};
  const take = ({ type, data }) => {
    if (type === 'test:fail') console.log(type, data.name, data.details.error.message);
    if (type !== 'test:pass') return;
    console.log(type, data.name);
    setImmediate(() => mock.timers.tick(60_000));
  };
  mock.timers.enable({ apis: ['setTimeout'] });
  const { signal } = new AbortController();
  await runFile(${JSON.stringify(file)}, { env: process.env, signal, take, silentForMs: 60_000 });
`;

test('stops a file that does not end after its tests, and it fails', (t) => {
  const folder = makeTestFolder(t, 'run-file');
  const file = join(folder, 'leaky.test.mjs');
  writeFileSync(file, LEAKY);
  // In a process that node:test started, it runs nothing.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const main = join(folder, 'main.mjs');
  writeFileSync(main, runner(file));
  const { stdout, status } = spawnSync(process.execPath, [main], { env, encoding: 'utf8' });
  assert.equal(status, 0);
  assert.match(stdout, /^test:pass leaks$/m);
  assert.match(stdout, /^test:fail \/.*leaky\.test\.mjs no output of the file/m);
});

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeTestFolder } from '../testing/folder.ts';

const script = resolve(import.meta.dirname, '../bootstrap.mjs');
const root = resolve(import.meta.dirname, '../..');

function bootstrap(args: readonly string[], env: NodeJS.ProcessEnv = {}, path = script) {
  return spawnSync(process.execPath, [path, ...args], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
}

test('an unknown script is one clear line', () => {
  const { status, stderr } = bootstrap(['strat']);
  assert.equal(status, 64);
  assert.match(stderr, /^aio: unknown script "strat", expected one of start, test, [^\n]*\n$/);
});

test('every script prints its help without doing or installing anything', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const [name, command] of Object.entries(scripts)) {
    const args = [...command.replace(/^.*bootstrap\.mjs /, '').split(' '), '--help'];
    const { status, stdout, stderr } = bootstrap(args, { AIO_DATA_DIR: '/nowhere' });
    assert.deepEqual([status, stderr], [0, ''], name);
    assert.match(stdout, new RegExp(`^usage: npm (run )?(${args[0]}|${name})`), name);
  }
  assert.match(bootstrap(['bench', '-h']).stdout, /`npm run bench \[-- part …\] \[--rounds N\]/);
  const { stdout } = bootstrap(['drill', 'kill-workers', '--help']);
  assert.match(stdout, /`npm run drill -- kill-workers \[--seed N\]/);
  assert.doesNotMatch(stdout, /bench/);
});

test('a data folder that is a file is one clear line', (t) => {
  const file = join(makeTestFolder(t, 'bootstrap'), 'data');
  writeFileSync(file, '');
  const { status, stderr } = bootstrap(['start'], { AIO_DATA_DIR: file });
  assert.equal(status, 73);
  assert.match(stderr, /^aio: the data folder .* is a file; [^\n]*\n$/);
});

/** A separate, installed project whose `start` is the given script. */
function makeProject(t: TestContext, start: string): string {
  const project = makeTestFolder(t, 'bootstrap');
  const tools = join(project, 'tools');
  mkdirSync(tools, { recursive: true });
  mkdirSync(join(project, 'node_modules'));
  for (const file of ['bootstrap.mjs', 'file-lock.mjs', 'find-script.mjs', 'usage.mjs']) {
    cpSync(resolve(import.meta.dirname, '..', file), join(tools, file));
  }
  writeFileSync(join(tools, 'start.ts'), start);
  writeFileSync(join(project, 'package-lock.json'), '{}');
  const hash = createHash('sha256').update('{}').digest('hex');
  writeFileSync(join(project, 'node_modules/.aio-installed'), hash);
  return join(tools, 'bootstrap.mjs');
}

test('passes on arguments, the data folder and the exit code', (t) => {
  const project = makeProject(
    t,
    'console.log(process.argv.slice(2).join(), process.env.AIO_DATA_DIR); process.exit(9);',
  );
  const { status, stdout, stderr } = bootstrap(
    ['start', '--once', 'x'],
    { AIO_DATA_DIR: '' },
    project,
  );
  assert.equal(stderr, '');
  assert.equal(stdout, `--once,x ${resolve(project, '../../.aio')}\n`);
  assert.equal(status, 9);
});

test('passes on a signal, and waits for the orderly end', async (t) => {
  const project = makeProject(
    t,
    "setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(3)); console.log('up');",
  );
  const child = spawn(process.execPath, [project, 'start']);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [3, null]);
});

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { startHttpServer } from '../testing/http-server.ts';
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

/**
 * A separate, installed project whose `start` is the given script.
 * @param edit changes the text of `bootstrap.mjs`
 */
function makeProject(t: TestContext, start: string, edit = (text: string): string => text): string {
  const project = makeTestFolder(t, 'bootstrap');
  const tools = join(project, 'tools');
  mkdirSync(tools, { recursive: true });
  mkdirSync(join(project, 'node_modules'));
  for (const file of ['file-lock.mjs', 'find-script.mjs', 'usage.mjs']) {
    cpSync(resolve(import.meta.dirname, '..', file), join(tools, file));
  }
  writeFileSync(join(tools, 'bootstrap.mjs'), edit(readFileSync(script, 'utf8')));
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

const PLATFORM = `${process.platform}-${process.arch}`;
const NODE = readFileSync(script, 'utf8').match(/^const NODE_VERSION = '(.+)';$/m)?.[1];

test('each platform has a checksum of the version that is downloaded', () => {
  const known = readFileSync(script, 'utf8').matchAll(/^ {2}'node-(\S+)':$/gm);
  assert.deepEqual(
    [...known].map(([, key]) => key),
    [`linux-x64@${NODE}`, `linux-arm64@${NODE}`],
  );
});

/** A registry of npm whose Node.js is a script that leaves a file, then says its version. */
async function startRegistry(t: TestContext) {
  const folder = makeTestFolder(t, 'registry');
  const name = `node-${PLATFORM}`;
  mkdirSync(join(folder, 'package/bin'), { recursive: true });
  writeFileSync(join(folder, 'package/package.json'), JSON.stringify({ name, version: NODE }));
  const text = `#!/bin/sh\ntouch '${folder}/ran'\necho v${NODE}\n`;
  writeFileSync(join(folder, 'package/bin/node'), text, { mode: 0o755 });
  spawnSync('tar', ['-czf', 'archive.tgz', 'package'], { cwd: folder });
  const archive = readFileSync(join(folder, 'archive.tgz'));
  const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  const server = await startHttpServer((request, response) => {
    if (request.url?.endsWith('.tgz')) return void response.end(archive);
    const dist = { tarball: `${server.url}/archive.tgz`, integrity };
    const versions = { [NODE!]: { name, version: NODE, dist } };
    response.end(JSON.stringify({ name, versions, 'dist-tags': { latest: NODE } }));
  });
  t.after(() => server.close());
  return { ...server, integrity, cache: join(folder, 'cache'), ran: join(folder, 'ran') };
}

const skip = /^linux-(x64|arm64)$/.test(PLATFORM) ? false : 'npm has no Node.js for this machine';

test(
  'an archive of Node.js with a wrong checksum is a clear error, and does not run',
  { skip },
  async (t) => {
    const registry = await startRegistry(t);
    const tooOld = (text: string) =>
      text.replace('NODE_MINIMUM = [24, 11]', 'NODE_MINIMUM = [99, 0]');
    const knowIt = (text: string) => text.replaceAll(/'sha512-.+'/g, `'${registry.integrity}'`);
    const start = async (edit: (text: string) => string) => {
      const child = spawn(process.execPath, [makeProject(t, '', edit), 'start'], {
        env: {
          ...process.env,
          AIO_DATA_DIR: '',
          npm_config_registry: registry.url,
          npm_config_cache: registry.cache,
        },
      });
      const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
      return { said, code };
    };
    const wrong = await start(tooOld);
    assert.equal(wrong.code, 69, wrong.said);
    assert.match(wrong.said, /^aio: a package of npm's registry has another checksum than here/m);
    assert.ok(!existsSync(registry.ran));
    const right = await start((text) => knowIt(tooOld(text)));
    assert.equal(right.code, 0, right.said);
    assert.match(right.said, /^aio: installed Node.js/m);
    assert.ok(existsSync(registry.ran));
  },
);

/** Runs the code of each page of docs/cookbook as it stands, and compares its output with the block below it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { USERS } from '@aio/identity/testing/users';
import { createTestDatabase } from '@aio/platform/testing/database';
import { findFreePort } from '../../process/free-port.ts';
import { makeTestFolder } from '../../testing/folder.ts';
import { startHttpServer } from '../../testing/http-server.ts';
import { startOwnRedis } from '../../testing/own-redis.ts';
import { PROVIDERS } from '../../testing/providers.ts';
import { filesWith } from '../files-with.ts';

const root = resolve(import.meta.dirname, '../../..');
const cookbook = join(root, 'docs/cookbook');
const names = readdirSync(cookbook).filter((name) => /^(?!README).*\.md$/.test(name));

interface Page {
  text: string;
  code: string;
  printed: string;
  /** Files that the code imports from its own folder, and those that they import; relative to the root. */
  copied: string[];
}

function readPage(name: string): Page {
  const text = readFileSync(join(cookbook, name), 'utf8');
  const [, code = '', printed = ''] =
    /^```ts\n([^]*?)^```\n[^]*?^```text\n([^]*?)^```/m.exec(text) ?? [];
  const links = [...text.matchAll(/\]\(\.\.\/\.\.\/([^)\s]+\.ts)\)/g)].map(([, file]) => file!);
  const copied = [...code.matchAll(/from '\.\/([^']+)'/g)].flatMap(([, imported]) => {
    const file = links.find((link) => basename(link) === imported);
    assert.ok(file, `${name} links ${imported}, so that one knows what to copy`);
    return filesWith(root, file);
  });
  return { text, code, printed, copied: [...new Set(copied)] };
}

/** What differs from run to run: ids, times, ports, processes. */
function withoutChance(output: string): string {
  return output
    .replaceAll(/\b[0-9a-f]{8}(-?[0-9a-f]{4}){2,}[0-9a-f]*\b/g, '…')
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z|\b\d{10}\.\d+\b/g, '…')
    .replaceAll(/(localhost:|"pid":)\d+/g, '$1…')
    .replaceAll(/[ \t]+$/gm, '')
    .trim();
}

/** Runs the code in a folder that has nothing but the packages and the copied files. @returns the folder */
async function runPage(t: TestContext, name: string, options: RunOptions = {}): Promise<string> {
  const { code, printed, copied } = readPage(name);
  const folder = makeTestFolder(t, 'cookbook');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const file of copied) copyFileSync(join(root, file), join(folder, basename(file)));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(folder, 'snippet.ts'), code);
  const { nodeArgs = [], env = {}, searchPath = [] } = options;
  const output = await run(process.execPath, [...nodeArgs, 'snippet.ts'], {
    cwd: folder,
    env: { PATH: [...searchPath, process.env.PATH].join(':'), ...env },
  });
  assert.equal(output.code, 0, output.text);
  assert.equal(withoutChance(output.text), withoutChance(printed));
  return folder;
}

interface RunOptions {
  nodeArgs?: readonly string[];
  env?: Record<string, string>;
  /** Folders of programs. */
  searchPath?: readonly string[];
}

/** @returns what it printed, and its exit code */
function run(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<{ code: unknown; text: string }> {
  return new Promise((done) => {
    execFile(program, args, options, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : (error.code ?? error.signal), text: stdout + stderr }),
    );
  });
}

for (const name of names) {
  test(`${name} has code, what it prints, what to copy, the trap and the other packages`, () => {
    const { text, code, printed, copied } = readPage(name);
    assert.ok(code !== '' && printed !== '');
    assert.ok(text.split('\n').length <= 90, 'short');
    for (const heading of ['## The trap', '## Or take'])
      assert.match(text, new RegExp(`^${heading}\n\n\\S`, 'm'));
    for (const [, kit] of code.matchAll(/'(@aio\/\w+)'/g))
      assert.match(text, new RegExp(`^Install.* \`${kit}\``, 'm'));
    if (copied.length === 0) return;
    assert.match(text, new RegExp(`Copy ${copied.length} files?: `));
  });
}

test('the list names all pages', () => {
  const list = readFileSync(join(cookbook, 'README.md'), 'utf8');
  for (const name of names) assert.match(list, new RegExp(`^- .*\\(${name}\\)`, 'm'));
});

const promtool = process.env.TEST_PROMTOOL_PATH;
const k6 = process.env.TEST_K6_PATH;

/** Servers and programs of the pages that need some. */
const SETUPS: Record<string, (t: TestContext) => Promise<RunOptions>> = {
  async 'traces.md'(t) {
    const database = await createTestDatabase(t);
    const redis = await startOwnRedis(t);
    return {
      nodeArgs: ['--import', import.meta.resolve('./print-spans.ts')],
      env: { DATABASE_URL: database.url, REDIS_URL: redis.url },
    };
  },
  async 'objectives.md'() {
    return { searchPath: [dirname(promtool!)] };
  },
  async 'login.md'(t) {
    const port = await findFreePort();
    const publicUrl = `http://localhost:${port}`;
    const [embedded] = PROVIDERS;
    const { url } = await embedded!.start(t, { publicUrl });
    const redis = await startOwnRedis(t);
    const { username, password } = USERS.builder;
    const env = {
      PUBLIC_URL: publicUrl,
      PORT: String(port),
      REDIS_URL: redis.url,
      OIDC_ISSUER: `${url}/realms/aio`,
      OIDC_CLIENT_ID: 'aio-api',
      OIDC_CLIENT_SECRET: 'aio_api_secret',
      NAME: username,
      PASSWORD: password,
    };
    return { env };
  },
  async 'services.md'(t) {
    const database = await createTestDatabase(t);
    return { env: { DATABASE_URL: database.url } };
  },
};

for (const name of names) {
  const isMissing = name === 'objectives.md' && promtool === undefined;
  test(
    `${name} runs as it stands`,
    { skip: isMissing && 'no promtool on this machine' },
    async (t) => {
      await runPage(t, name, await SETUPS[name]?.(t));
    },
  );
}

test(
  'the script of k6 holds the thresholds, and fails without its tag',
  { skip: !k6 && 'no k6 on this machine' },
  async (t) => {
    const folder = await runPage(t, 'load-tests.md');
    const thresholds = join(folder, 'thresholds.json');
    // A busy machine may take longer than the objective allows.
    writeFileSync(thresholds, readFileSync(thresholds, 'utf8').replace('<250', '<60000'));
    const [, script = ''] = /^```js\n([^]*?)^```/m.exec(readPage('load-tests.md').text) ?? [];
    const { url, close } = await startHttpServer((_, response) => response.end('the shop'));
    t.after(close);
    const expectCode = async (expected: number, name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      const env = { PATH: process.env.PATH!, SHOP_URL: url };
      const { code, text: output } = await run(k6!, ['run', '--quiet', name], { cwd: folder, env });
      assert.equal(code, expected, output);
    };
    await expectCode(0, 'load.js', script);
    await expectCode(99, 'untagged.js', script.replace(/, \{ tags: .* \}/, ''));
  },
);

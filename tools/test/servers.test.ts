import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { buildGoServer, describeGoLog } from '../programs/build-go-server.ts';
import { findOnPath } from '../process/find-on-path.ts';
import {
  GO_SERVERS,
  findBuilt,
  findOwn,
  programsOf,
  serverFolder,
} from '../programs/go-servers.ts';
import { USAGES } from '../usage.mjs';
import { publishGoModule } from './go-proxy.ts';

const script = resolve(import.meta.dirname, '../servers.ts');
const withGo = {
  skip: findOnPath(['go'], process.env.PATH ?? '') ? false : 'no Go on this machine',
};

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'aio-servers-'));
  // Go makes its downloads read-only.
  t.after(() => spawnSync('chmod', ['-R', 'u+w', folder]));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** `npm run servers` on a machine without Go. */
function run(dataDir: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    env: { PATH: '/nowhere', AIO_DATA_DIR: dataDir },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('--help names every server', () => {
  const words = USAGES.servers.split(/\s+/);
  for (const { name } of GO_SERVERS) assert.ok(words.includes(name), name);
});

test('an unknown server is one clear line', (t) => {
  const dataDir = makeFolder(t);
  const known = [...GO_SERVERS.map(({ name }) => name), 'keycloak'];
  assert.deepEqual(run(dataDir, ['jaeger', 'grafana']), {
    status: 64,
    stdout: '',
    stderr: `error: unknown server "grafana", expected one of ${known.join(', ')}\n`,
  });
  assert.match(
    run(dataDir, []).stderr,
    /^error: no server given, expected one of jaeger, prometheus/,
  );
});

test('a missing Go is one clear line, and leaves nothing behind', (t) => {
  const dataDir = makeFolder(t);
  const { status, stderr } = run(dataDir, ['jaeger']);
  assert.equal(status, 69);
  assert.match(stderr, /^error: cannot build Jaeger [\d.]+: Go is not installed; [^\n]*bin\n$/);
  assert.ok(!existsSync(join(dataDir, 'servers')));
});

test('does not build a server again, and prefers it to PATH', (t) => {
  const dataDir = makeFolder(t);
  for (const server of GO_SERVERS) {
    const folder = serverFolder(dataDir, server);
    mkdirSync(folder, { recursive: true });
    for (const program of programsOf(server)) {
      assert.equal(findBuilt(dataDir, server), undefined, `${program} is missing`);
      writeFileSync(join(folder, program), '', { mode: 0o755 });
    }
    const [first = ''] = programsOf(server);
    assert.equal(findOwn([first], dataDir), join(folder, first));
  }
  const { status, stdout } = run(dataDir, ['prometheus', 'jaeger']);
  assert.equal(status, 0);
  assert.match(stdout, /prometheus +ready .*is already installed: \S+prometheus\n.*jaeger +ready/);

  const own = join(dataDir, 'bin/jaeger');
  mkdirSync(join(dataDir, 'bin'));
  writeFileSync(own, '', { mode: 0o755 });
  assert.equal(findOwn(['jaeger'], dataDir), own, 'a person’s own comes first');
});

const HELLO = {
  name: 'hello',
  title: 'Hello 1.2.0',
  module: 'aio.test/hello',
  version: 'v1.2.0',
  commands: ['cmd/hello', 'cmd/tool'],
  tags: ['cheerful'],
  stamp: ['main.version', '1.2.0'],
} as const;

const MAIN = 'package main\nimport "os"\nvar version = "?"\nvar mood = "sad"\n';

/** A module proxy for a Go with an empty cache. */
function publish(folder: string, files: Record<string, string>) {
  publishGoModule(join(folder, 'proxy'), {
    ...HELLO,
    files: { 'go.mod': `module ${HELLO.module}\n\ngo 1.20\n`, ...files },
  });
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    GOPROXY: `file://${join(folder, 'proxy')}`,
    GOSUMDB: 'off',
    GOTOOLCHAIN: 'local',
    GOMODCACHE: join(folder, 'modules'),
  };
}

test('builds a server from its module, once', withGo, async (t) => {
  const dataDir = makeFolder(t);
  const env = publish(dataDir, {
    'cmd/hello/main.go': `${MAIN}func main() { os.Stdout.WriteString(version + mood) }\n`,
    'cmd/hello/mood.go':
      '//go:build cheerful\n\npackage main\n\nfunc init() { mood = "cheerful" }\n',
    'cmd/tool/main.go': 'package main\n\nfunc main() {}\n',
  });
  const notes: string[] = [];
  const options = { dataDir, env, onProgress: (note: string) => notes.push(note), everyMs: 20 };
  const [hello, tool] = await buildGoServer(HELLO, options);
  assert.equal(spawnSync(hello as string, { encoding: 'utf8' }).stdout, '1.2.0cheerful');
  assert.equal(tool, join(serverFolder(dataDir, HELLO), 'tool'));
  assert.ok(notes.length > 0);
  assert.deepEqual(readdirSync(join(dataDir, 'servers')), ['hello-v1.2.0']);

  rmSync(join(dataDir, 'proxy'), { recursive: true });
  assert.deepEqual(await buildGoServer(HELLO, options), [hello, tool]);
});

test('a failed build says why, and leaves nothing that looks like a server', withGo, async (t) => {
  const dataDir = makeFolder(t);
  const options = { dataDir, onProgress: () => {} };
  const broken = { 'cmd/hello/main.go': 'package main\n\nfunc main() { none() }\n' };
  await assert.rejects(buildGoServer(HELLO, { ...options, env: publish(dataDir, broken) }), {
    name: 'StackError',
    message: /^building Hello 1\.2\.0 failed/,
    exitCode: 69,
  });
  assert.deepEqual(readdirSync(join(dataDir, 'servers')), []);

  const future = publish(dataDir, { 'go.mod': `module ${HELLO.module}\n\ngo 1.999\n` });
  const env = { ...future, GOMODCACHE: join(dataDir, 'other-modules') };
  await assert.rejects(buildGoServer(HELLO, { ...options, env }), {
    message: /it requires Go 1\.999, and you have 1\.\d+/,
  });
});

test('reads the progress of a build from the output of Go', () => {
  assert.equal(describeGoLog(''), 'Go is running');
  assert.equal(describeGoLog('go: downloading a.test/b v1.0.0\n'), '1 modules downloaded');
  const text = 'go: downloading a.test/b v1.0.0\ninternal/cpu\na.test/b\n# a.test/b\n';
  assert.equal(describeGoLog(text), 'package 2: a.test/b');
});

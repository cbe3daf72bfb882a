import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { test } from 'node:test';
import { describeMavenLog, findKeycloak, getKeycloak } from '../programs/get-keycloak.ts';
import { findJava } from '../servers/java.ts';
import { makeTestFolder } from '../testing/folder.ts';

const script = resolve(import.meta.dirname, '../servers.ts');

/** Puts a program into a new folder for a PATH. @returns the folder */
function program(folder: string, name: string, lines: string): string {
  const bin = join(folder, `bin-${name}`);
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  return bin;
}

const JAVA_17 = `echo 'openjdk version "17.0.15" 2025-04-15' >&2`;
const JAVA_8 = `echo 'java version "1.8.0_402"' >&2`;

/** `npm run servers -- keycloak` with nothing else on PATH. */
function run(dataDir: string, path: readonly string[]) {
  const { status, stderr } = spawnSync(process.execPath, [script, 'keycloak'], {
    env: { PATH: path.join(delimiter), AIO_DATA_DIR: dataDir },
    encoding: 'utf8',
  });
  return { status, stderr };
}

test('a missing Java or Maven is one clear line, and leaves nothing behind', (t) => {
  const folder = makeTestFolder(t, 'keycloak');
  const java = program(folder, 'java', JAVA_17);
  const old = program(join(folder, 'old'), 'java', JAVA_8);
  const mvn = program(folder, 'mvn', 'exit 0');
  for (const [path, what] of [
    [['/nowhere'], 'Java is not installed'],
    [[mvn], 'Java is not installed'],
    [[java], 'Maven is not installed'],
    [[old, mvn], `${join(old, 'java')} is older than Java 17`],
  ] as const) {
    assert.deepEqual(run(folder, path), {
      status: 69,
      stderr: `error: cannot install Keycloak 26.7.4: ${what}; install Maven and Java 17 or later\n`,
    });
  }
  assert.ok(!existsSync(join(folder, 'servers')));
});

test('prefers the Java of JAVA_HOME to that of PATH', (t) => {
  const folder = makeTestFolder(t, 'keycloak');
  const [home, other] = [join(folder, 'home'), program(folder, 'java', JAVA_8)];
  mkdirSync(home);
  program(home, 'java', JAVA_17);
  // The layout of a JDK.
  spawnSync('mv', [join(home, 'bin-java'), join(home, 'bin')]);
  assert.deepEqual(findJava({ JAVA_HOME: home, PATH: other }), { path: join(home, 'bin/java') });
  assert.match(String(findJava({ PATH: other })), /is older than Java 17$/);
  assert.deepEqual(findJava({ PATH: join(home, 'bin') }), { path: join(home, 'bin/java') });
});

test('a failed Maven says why, and leaves nothing that looks like Keycloak', async (t) => {
  const dataDir = makeTestFolder(t, 'keycloak');
  const mvn = 'echo "[ERROR] Could not find artifact"; exit 1';
  const PATH = [program(dataDir, 'java', JAVA_17), program(dataDir, 'mvn', mvn), '/bin'].join(
    delimiter,
  );
  await assert.rejects(getKeycloak({ dataDir, env: { PATH }, onProgress: () => {} }), {
    name: 'StackError',
    message: /^downloading Keycloak 26\.7\.4 failed \(code 1\)/,
    details: ['[ERROR] Could not find artifact'],
    exitCode: 69,
  });
  assert.deepEqual(readdirSync(join(dataDir, 'servers')), []);
  assert.equal(findKeycloak(dataDir), undefined);
});

test('reads the progress of Maven from its output, without the address of the registry', () => {
  assert.equal(describeMavenLog('[INFO] Scanning for projects...\n'), 'Maven is running');
  const pom =
    'Downloading from a: https://a.test/b/b-1.pom\nDownloaded from a: https://a.test/b/b-1.pom (2 kB)\n';
  assert.equal(describeMavenLog(pom), '1 files downloaded');
  const zip = `${pom}Downloading from a: https://a.test/keycloak-26.7.4.zip\n`;
  assert.equal(describeMavenLog(zip), 'downloading keycloak-26.7.4.zip');
});

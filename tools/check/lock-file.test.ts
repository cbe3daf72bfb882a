import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';

interface LockedPackage {
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  /** A workspace of the project. */
  link?: boolean;
  /** The archive of its parent package contains it; the parent's checksum covers it. */
  inBundle?: boolean;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** One version, or `*` for a workspace of the project. */
const EXACT = /^(npm:.+@)?\d+\.\d+\.\d+(-[\w.]+)?$|^\*$/;

const read = (file: string) =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, '../..', file), 'utf8'));
const packages = Object.entries(
  read('package-lock.json').packages as Record<string, LockedPackage>,
).filter(([, { link }]) => !link);
const isInstalled = (path: string) => path.includes('node_modules/');

test('every locked package has a checksum, no fixed address and no install script that runs', () => {
  const { allowScripts } = read('package.json');
  for (const [path, { integrity = '', resolved, inBundle, hasInstallScript }] of packages) {
    if (!isInstalled(path)) continue;
    assert.ok(inBundle || integrity.startsWith('sha512-'), `${path} has no checksum`);
    assert.equal(resolved, undefined, `${path}: install with the project's .npmrc`);
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (hasInstallScript) assert.equal(allowScripts[name], false, `${path} has an install script`);
  }
});

test('the project pins exact versions', () => {
  for (const [path, { dependencies, devDependencies, optionalDependencies }] of packages) {
    if (isInstalled(path)) continue;
    const wanted = { ...dependencies, ...devDependencies, ...optionalDependencies };
    for (const [name, version] of Object.entries(wanted))
      assert.match(version, EXACT, `${path}/package.json: ${name}`);
  }
});

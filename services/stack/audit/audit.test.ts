import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { askRegistry } from './ask-registry.ts';
import { checkLock, type Lock } from './check-lock.ts';
import { makeTestFolder } from '../testing/folder.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const INTEGRITY = `sha512-${'A'.repeat(86)}==`;

/** The one package of the registry. */
const PUBLISHED = {
  name: 'aio_test_package',
  'dist-tags': { latest: '1.0.1' },
  versions: Object.fromEntries(
    ['1.0.0', '1.0.1'].map((version) => [version, { name: 'aio_test_package', version }]),
  ),
};

const SOUND = {
  '': { dependencies: { a: '1.0.0', '@aio/core': '*' } },
  'node_modules/@aio/core': { link: true },
  'services/core': { devDependencies: { b: '2.0.0-rc.1' } },
  'node_modules/a': { version: '1.0.0', integrity: INTEGRITY },
  'node_modules/a/node_modules/b': { version: '2.0.0-rc.1', inBundle: true },
};

test('the lock file of the project has no faults', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
  const { allowScripts } = read('package.json');
  const { packages, faults } = checkLock(read('package-lock.json'), allowScripts);
  assert.deepEqual(faults, []);
  assert.ok(packages > 100, `${packages} packages`);
});

test('reports each fault of a lock file', () => {
  const a = SOUND['node_modules/a'];
  for (const [changes, expected] of [
    [{}, []],
    [{ 'node_modules/a': { version: '1.0.0' } }, [/^a 1\.0\.0 has no checksum/]],
    [{ 'node_modules/a': { ...a, integrity: 'sha1-AAAA' } }, [/^a 1\.0\.0 has no checksum/]],
    [{ 'node_modules/a': { ...a, resolved: 'https://r.example/a' } }, [/has a fixed address/]],
    [{ 'node_modules/x/node_modules/@s/b': { ...a, hasInstallScript: true } }, [/^@s\/b 1/]],
    [{ 'node_modules/known': { ...a, hasInstallScript: true } }, []],
    [{ '': { dependencies: { a: '^1.0.0' } } }, [/^package\.json requires a \^1\.0\.0/]],
    [{ 'services/x': { devDependencies: { a: 'github:a/a', b: 'latest' } } }, [/ a /, / b latest/]],
  ] as [Lock['packages'], RegExp[]][]) {
    const { faults } = checkLock({ packages: { ...SOUND, ...changes } }, { known: false });
    assert.equal(faults.length, expected.length, faults.join('\n'));
    expected.forEach((pattern, nth) => assert.match(faults[nth]!, pattern));
  }
  const old = { 'node_modules/a': { ...a, deprecated: 'use b' } };
  assert.deepEqual(checkLock({ packages: old }, {}).deprecated, ['a 1.0.0: use b']);
});

test('reports the vulnerabilities that the registry knows', async (t) => {
  const url = 'https://advisories.example/1';
  const advisory = { id: 1, url, title: 'Bad', severity: 'high', vulnerable_versions: '<1.0.1' };
  const { asked, answer } = await ask(t, 200, { aio_test_package: [{ ...advisory, cwe: [] }] });
  assert.deepEqual(asked, { aio_test_package: ['1.0.0'] });
  assert.deepEqual(answer, {
    type: 'answered',
    vulnerabilities: [
      {
        name: 'aio_test_package',
        range: '1.0.0',
        severity: 'high',
        advisories: [`Bad ${url}`],
        fix: '1.0.1',
      },
    ],
  });
});

test('tells "no vulnerabilities" from "no answer"', async (t) => {
  assert.deepEqual((await ask(t, 200, {})).answer, { type: 'answered', vulnerabilities: [] });
  const { answer } = await ask(t, 405, {});
  assert.ok(answer.type === 'unanswered' && answer.reason.includes('405'), JSON.stringify(answer));
});

/** Runs the audit against a local registry that answers with this status and these advisories. */
async function ask(t: TestContext, status: number, advisories: unknown) {
  const cwd = makeTestFolder(t, 'audit');
  const dependencies = { aio_test_package: '1.0.0' };
  const project = { name: 'x', version: '1.0.0', dependencies };
  const locked = { version: '1.0.0', integrity: INTEGRITY };
  const packages = { '': project, 'node_modules/aio_test_package': locked };
  writeFileSync(join(cwd, 'package.json'), JSON.stringify(project));
  const lock = { ...project, lockfileVersion: 3, requires: true, packages };
  writeFileSync(join(cwd, 'package-lock.json'), JSON.stringify(lock));

  let asked: unknown = null;
  const registry = createServer(async (request, response) => {
    if (request.method === 'GET') return response.end(JSON.stringify(PUBLISHED));
    const body = Buffer.concat(await request.toArray());
    const isZipped = request.headers['content-encoding'] === 'gzip';
    asked = JSON.parse(String(isZipped ? gunzipSync(body) : body));
    return response.writeHead(status).end(JSON.stringify(advisories));
  });
  await once(registry.listen(0, '127.0.0.1'), 'listening');
  t.after(() => registry.close());
  const { port } = registry.address() as AddressInfo;
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_update_notifier: 'false',
  };
  return { answer: await askRegistry({ cwd, env }), asked };
}

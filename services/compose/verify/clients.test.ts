import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { test } from 'node:test';
import { makeTestFolder } from '@aio/stack/testing/folder';
import { buildSettings, forgetBuildSettings } from './clients.ts';

test('builds get copies of npm and apt settings in the project’s folder', (t) => {
  const [root, elsewhere] = [makeTestFolder(t, 'root'), makeTestFolder(t, 'elsewhere')];
  const [npmrc, ca] = [join(elsewhere, '.npmrc'), join(elsewhere, 'ca.pem')];
  writeFileSync(npmrc, 'audit=false\n');
  writeFileSync(ca, 'certificate\n');
  const env = { PATH: process.env.PATH, npm_config_userconfig: npmrc, NODE_EXTRA_CA_CERTS: ca };
  const settings = buildSettings(env, root) as Record<string, string>;
  assert.deepEqual(Object.keys(settings).toSorted(), ['BUILD_APT_CONF', 'BUILD_CA', 'BUILD_NPMRC']);
  for (const path of Object.values(settings)) {
    assert.ok(!isAbsolute(path) && !path.startsWith('..'), path);
  }
  assert.equal(readFileSync(join(root, settings.BUILD_NPMRC ?? ''), 'utf8'), 'audit=false\n');
  assert.equal(readFileSync(join(root, settings.BUILD_CA ?? ''), 'utf8'), 'certificate\n');
  forgetBuildSettings(root);
  assert.throws(() => readFileSync(join(root, settings.BUILD_NPMRC ?? '')));
});

import assert from 'node:assert/strict';
import { mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeTestFolder } from '../testing/folder.ts';
import { mendLinks } from './debian-packages.ts';

test('points a link into an installed package at the system', (t) => {
  const root = makeTestFolder(t, 'debian');
  const folder = join(root, 'usr/share/server');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'own'), '');
  const links = { kept: 'own', mended: '../../../etc/passwd', lost: '../../../etc/no-such-file' };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(folder, name));
  mendLinks(root);
  const found = Object.keys(links).map((name) => readlinkSync(join(folder, name)));
  assert.deepEqual(found, ['own', '/etc/passwd', links.lost]);
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readRevision } from './revision.ts';
import { makeTestFolder } from '../testing/folder.ts';

const PATH = process.env.PATH ?? '';
const hasGit = spawnSync('git', ['--version']).status === 0;
const withGit = { skip: hasGit ? false : 'no git on this machine' };

function temporaryFolder(t: TestContext): string {
  const folder = makeTestFolder(t, 'revision');
  return folder;
}

function git(folder: string, ...args: string[]): void {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  const env = { PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const { status, stderr } = spawnSync('git', [...who, ...args], { cwd: folder, env });
  assert.equal(status, 0, String(stderr));
}

function commit(folder: string, text: string): void {
  writeFileSync(join(folder, 'file'), text);
  git(folder, 'add', 'file');
  git(folder, 'commit', '--quiet', '--message', text);
}

test('commits are revisions, tags are not, and changes add "-dirty"', withGit, (t) => {
  const root = temporaryFolder(t);
  git(root, 'init', '--quiet');
  commit(root, 'one');
  const first = readRevision(root, PATH);
  assert.match(first ?? '', /^[0-9a-f]{12}$/);
  git(root, 'tag', '--annotate', '--message', 'v1', 'v1');
  assert.equal(readRevision(root, PATH), first);
  writeFileSync(join(root, 'file'), 'changed');
  assert.equal(readRevision(root, PATH), `${first}-dirty`);
  commit(root, 'two');
  const second = readRevision(root, PATH);
  assert.match(second ?? '', /^[0-9a-f]{12}$/);
  assert.notEqual(second, first);
});

test('a copy without history has no revision, even inside another repository', withGit, (t) => {
  const root = temporaryFolder(t);
  assert.equal(readRevision(root, PATH), undefined);
  git(root, 'init', '--quiet');
  assert.equal(readRevision(root, PATH), undefined, 'no commit yet');
  commit(root, 'one');
  mkdirSync(join(root, 'copy'));
  assert.equal(readRevision(join(root, 'copy'), PATH), undefined);
});

test('without git there is no revision', (t) => {
  const root = temporaryFolder(t);
  mkdirSync(join(root, '.git'));
  assert.equal(readRevision(root, root), undefined);
});

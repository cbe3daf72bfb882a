import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { SkipDrill } from '../drills/kit/errors.ts';
import { findCommitBeforeNewest } from './edition.ts';

const MIGRATIONS = 'services/platform/migrations';

/** A repository with a commit for each list of migrations. */
function createHistory(t: TestContext, ...commits: readonly string[][]): string {
  const root = mkdtempSync(join(tmpdir(), 'aio-history-'));
  t.after(() => rmSync(root, { recursive: true }));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root });
  git('init', '--quiet');
  for (const names of commits) {
    rmSync(join(root, MIGRATIONS), { recursive: true, force: true });
    mkdirSync(join(root, MIGRATIONS), { recursive: true });
    for (const name of names) writeFileSync(join(root, MIGRATIONS, name), name);
    git('add', '--all');
    git('commit', '--quiet', '--message', names.join());
  }
  return root;
}

const subjectOf = (root: string, commit: string) =>
  execFileSync('git', ['show', '--no-patch', '--format=%s', commit], { cwd: root })
    .toString()
    .trim();

const UNRELEASED = ['0001_old.sql', '0002_old.sql'];
const FIRST = ['0001_a.sql', '0002_b.sql'];

test('upgrades from the code before the newest migration', async (t) => {
  const root = createHistory(t, UNRELEASED, FIRST, [...FIRST, '0003_c.sql']);
  assert.equal(subjectOf(root, await findCommitBeforeNewest(root)), FIRST.join());
});

test('is skipped until the first migrations have a successor', async (t) => {
  for (const root of [createHistory(t, FIRST), createHistory(t, UNRELEASED, FIRST)])
    await assert.rejects(
      findCommitBeforeNewest(root),
      (error) =>
        error instanceof SkipDrill && error.message.endsWith('needs a migration after 0002_b.sql'),
    );
});

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The commit of the sources, e.g. `fc2cdabd1f04`, with `-dirty` if files differ from it.
 * @param root the project's folder
 * @param searchPath the PATH to search for git
 * @returns undefined = there is no git, or the project is not a repository
 */
export function readRevision(root: string, searchPath: string): string | undefined {
  // Inside another repository, a copy without history would get that repository's commit.
  if (!existsSync(join(root, '.git'))) return undefined;
  const describe = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
  // If a git hook starts us, GIT_DIR and similar variables may name another repository.
  const { status, stdout } = spawnSync('git', ['--no-optional-locks', ...describe], {
    cwd: root,
    env: { PATH: searchPath },
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
}

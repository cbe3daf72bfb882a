import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The commit that the sources are of, e.g. `fc2cdabd1f04`, with `-dirty` when files differ from it.
 * @param root the project's folder
 * @param searchPath where git may be
 * @returns undefined where there is no git, or the project is not a repository of its own
 */
export function readRevision(root: string, searchPath: string): string | undefined {
  // A copy without history inside another repository is not of that one's commit.
  if (!existsSync(join(root, '.git'))) return undefined;
  const describe = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
  // Without GIT_DIR and its like, which name another repository where a hook starts us.
  const { status, stdout } = spawnSync('git', ['--no-optional-locks', ...describe], {
    cwd: root,
    env: { PATH: searchPath },
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
}

import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { EXIT, StackError } from './stack-error.ts';
import { type SystemUser, canReach } from './system-user.ts';

/** Names the folder that stands in for the data folder where PostgreSQL's user cannot reach that. */
const POINTER = 'postgres-folder';
/** Kept across reboots, unlike /tmp. */
const OUTSIDE = '/var/tmp';

/**
 * A folder that the user who runs PostgreSQL can reach: the data folder itself, or one outside
 * that the data folder names from then on. Made when missing.
 */
export function findReachableFolder(dataDir: string, user: SystemUser | undefined): string {
  if (canReach(dataDir, user)) return dataDir;
  const pointer = join(dataDir, POINTER);
  if (existsSync(pointer)) {
    const named = readFileSync(pointer, 'utf8').trim();
    if (existsSync(named)) return named;
  }
  const folder = mkdtempSync(join(OUTSIDE, 'aio-'));
  chmodSync(folder, 0o755);
  writeFileSync(pointer, `${folder}\n`);
  return folder;
}

/** Makes a folder that belongs to the user who runs PostgreSQL. */
export function makeOwnedFolder(folder: string, user: SystemUser | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user) chownSync(folder, user.uid, user.gid);
}

/**
 * @returns whether there is a cluster in the folder
 * @throws StackError when it is another major version's, or not readable
 */
export function checkCluster(folder: string, major: string): boolean {
  if (!existsSync(folder)) return false;
  let found: string;
  try {
    found = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch (cause) {
    throw new StackError(
      `the database folder ${folder} is broken: PG_VERSION cannot be read; move the folder away to start with an empty database`,
      { exitCode: EXIT.cannotCreate, cause },
    );
  }
  if (found === major) return true;
  throw new StackError(
    `the database folder ${folder} is PostgreSQL ${found}'s and this is PostgreSQL ${major}; move the folder away to start with an empty database`,
    { exitCode: EXIT.cannotCreate },
  );
}

/** Removes the rows of a data folder whose server is stopped. */
export function eraseCluster(dataDir: string): void {
  const pointer = join(dataDir, POINTER);
  const home = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : dataDir;
  rmSync(join(home, 'postgres'), { recursive: true, force: true });
}

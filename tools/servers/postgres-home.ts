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
import { EXIT, StackError } from '../stack-error.ts';
import { type SystemUser, canReach } from './system-user.ts';

/** This file names the other folder, if PostgreSQL's user cannot reach the data folder. */
const POINTER = 'postgres-folder';
/** Unlike /tmp, it survives reboots. */
const OUTSIDE = '/var/tmp';

/**
 * A folder that the user who runs PostgreSQL can reach: the data folder, or a new one outside, which the data folder
 * then names.
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

/** Creates a folder that belongs to the user who runs PostgreSQL. */
export function makeOwnedFolder(folder: string, user: SystemUser | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user) chownSync(folder, user.uid, user.gid);
}

/**
 * @returns whether the folder has a cluster
 * @throws StackError if it is unreadable, or of another major version
 */
export function checkCluster(folder: string, major: string): boolean {
  if (!existsSync(folder)) return false;
  let found: string;
  try {
    found = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch (cause) {
    throw new StackError(
      `the database folder ${folder} is broken: PG_VERSION is not readable; move the folder away to start with an empty database`,
      { exitCode: EXIT.cannotCreate, cause },
    );
  }
  if (found === major) return true;
  throw new StackError(
    `the database folder ${folder} belongs to PostgreSQL ${found}, but this is PostgreSQL ${major}; move the folder away to start with an empty database`,
    { exitCode: EXIT.cannotCreate },
  );
}

/** Removes the database of a data folder. Stop its server first. */
export function eraseCluster(dataDir: string): void {
  const pointer = join(dataDir, POINTER);
  const home = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : dataDir;
  rmSync(join(home, 'postgres'), { recursive: true, force: true });
}

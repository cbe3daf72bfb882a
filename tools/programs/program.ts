import { dirname, join } from 'node:path';
import { type DebianProgram, launcherOf, unpackDebianProgram } from './debian-packages.ts';
import { findOnPath, isExecutable } from '../process/find-on-path.ts';
import { findOwn } from './go-servers.ts';

const DEBIAN = "from Debian's packages";

/** Another project's program, and where we found it. */
export interface Program {
  path: string;
  /** For people, e.g. `from PATH` or `from Debian's packages`. */
  source: string;
}

/**
 * Looks in the data folder, then on PATH; otherwise unpacks Debian's packages into the data folder.
 * @throws StackError that says what to install
 */
export async function findProgram(
  program: DebianProgram,
  options: { dataDir: string; searchPath: string; onUnpack?: () => void; signal?: AbortSignal },
): Promise<Program> {
  return (
    findPresent(program, options) ?? {
      path: await unpackDebianProgram(program, options),
      source: DEBIAN,
    }
  );
}

/** undefined = this machine has no such program. */
function findPresent(
  program: DebianProgram,
  { dataDir, searchPath }: { dataDir: string; searchPath: string },
): Program | undefined {
  const own = findOwn(program.names, dataDir);
  if (own) return { path: own, source: 'from the data folder' };
  const path = findOnPath(program.names, searchPath);
  if (path) return { path, source: 'from PATH' };
  const unpacked = launcherOf(program, dataDir);
  return isExecutable(unpacked) ? { path: unpacked, source: DEBIAN } : undefined;
}

/** Another program of the same package; undefined = its package is separate, and not installed. */
export function findInPackage(
  program: Program,
  name: string,
  searchPath: string,
): string | undefined {
  const folder = dirname(program.path);
  const unpacked = join(folder, 'root/usr/bin', name);
  return [unpacked, join(folder, name)].find(isExecutable) ?? findOnPath([name], searchPath);
}

import { dirname, join } from 'node:path';
import { type DebianProgram, unpackDebianProgram } from './debian-packages.ts';
import { findOnPath, isExecutable } from './find-on-path.ts';
import { findOwn } from './go-servers.ts';

/** A program another project makes, and where it was found. */
export interface Program {
  path: string;
  /** For people, e.g. `from PATH` or `from Debian's packages`. */
  source: string;
}

/**
 * From the data folder, else from PATH, else out of Debian's packages unpacked under the data folder.
 * @throws StackError with what to install when neither works
 */
export async function findProgram(
  program: DebianProgram,
  options: { dataDir: string; searchPath: string; onUnpack?: () => void; signal?: AbortSignal },
): Promise<Program> {
  const own = findOwn(program.names, options.dataDir);
  if (own) return { path: own, source: 'from the data folder' };
  const path = findOnPath(program.names, options.searchPath);
  if (path) return { path, source: 'from PATH' };
  return {
    path: await unpackDebianProgram(program, options),
    source: "from Debian's packages",
  };
}

/** A tool of the same packages; undefined where it is in a package of its own that is not here. */
export function findBeside(program: Program, name: string, searchPath: string): string | undefined {
  const folder = dirname(program.path);
  const unpacked = join(folder, 'root/usr/bin', name);
  return [unpacked, join(folder, name)].find(isExecutable) ?? findOnPath([name], searchPath);
}

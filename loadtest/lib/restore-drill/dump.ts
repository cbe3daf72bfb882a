import { findOnPath, isExecutable } from '@aio/stack/find-on-path';
import { StackError } from '@aio/stack/stack-error';
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SkipDrill } from '../drill/drill.ts';

const run = promisify(execFile);

/** pg_dump and pg_restore, of one version. */
export interface DumpPrograms {
  readonly folder: string;
  readonly version: string;
}

/** Major version of the server that drills start. */
const SERVER = 16;

/**
 * Those of PATH, or where Debian puts every version of them.
 * @throws SkipDrill where there are none, or older ones than the server
 */
export async function findDumpPrograms(searchPath: string): Promise<DumpPrograms> {
  const onPath = findOnPath(['pg_dump'], searchPath);
  const folders = [
    ...(onPath ? [dirname(onPath)] : []),
    ...globSync('/usr/lib/postgresql/*/bin').sort().reverse(),
  ].filter((folder) => ['pg_dump', 'pg_restore'].every((name) => isExecutable(join(folder, name))));
  const found: string[] = [];
  for (const folder of folders) {
    const { stdout } = await run(join(folder, 'pg_dump'), ['--version']);
    const version = /\d+(\.\d+)?/.exec(stdout)?.[0] ?? '';
    if (Number.parseInt(version) >= SERVER) return { folder, version };
    found.push(version);
  }
  const what = found.length === 0 ? 'there is none' : `this machine has ${found.join(', ')}`;
  throw new SkipDrill(`pg_dump ${SERVER} or later dumps this server; ${what}`);
}

/** @param file where it is put, in pg_dump's own format */
export async function takeDump(programs: DumpPrograms, url: string, file: string): Promise<void> {
  await run(join(programs.folder, 'pg_dump'), ['--format=custom', `--file=${file}`, url]);
}

/** pg_restore's exit code when it has told of errors; it has none for an end by a signal. */
const ERRORS_IGNORED = 1;

/** Into an empty database. @throws StackError with what could not be restored */
export async function restoreDump(programs: DumpPrograms, url: string, file: string) {
  const args = ['--no-owner', `--dbname=${url}`, file];
  try {
    await run(join(programs.folder, 'pg_restore'), args);
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    const errors = listRestoreErrors(stderr);
    if (errors.length > 0) throw new StackError('pg_restore failed', { details: errors });
    // It went on to its end: what it could not do is no more than what does not matter.
    if (code !== ERRORS_IGNORED || !/\berror:/.test(stderr)) throw error;
  }
}

/**
 * What pg_restore could not do. Programs of a newer version begin with a setting that an older server
 * does not know; nothing hangs on that.
 */
export function listRestoreErrors(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter((line) => /\berror:/.test(line))
    .filter((line) => !/unrecognized configuration parameter "transaction_timeout"/.test(line));
}

import { findOnPath, isExecutable } from '@aio/stack/find-on-path';
import { StackError } from '@aio/stack/stack-error';
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SkipDrill } from '../drill/drill.ts';

const run = promisify(execFile);

/** pg_dump and pg_restore of one version. */
export interface DumpPrograms {
  readonly folder: string;
  readonly version: string;
}

/** Major version of the drills' PostgreSQL. */
const SERVER = 16;

/**
 * Finds the programs on PATH or in Debian's folders.
 * @throws SkipDrill if there are none, or only older ones than the server
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
  const what = found.length === 0 ? 'found none' : `found ${found.join(', ')}`;
  throw new SkipDrill(`needs pg_dump ${SERVER} or later; ${what}`);
}

/** @param file path of the dump to write, in pg_dump's custom format */
export async function takeDump(programs: DumpPrograms, url: string, file: string): Promise<void> {
  await run(join(programs.folder, 'pg_dump'), ['--format=custom', `--file=${file}`, url]);
}

/** pg_restore's exit code after errors; a signal gives no exit code. */
const ERRORS_IGNORED = 1;

/** Restores into an empty database. @throws StackError with the errors of pg_restore */
export async function restoreDump(programs: DumpPrograms, url: string, file: string) {
  const args = ['--no-owner', `--dbname=${url}`, file];
  try {
    await run(join(programs.folder, 'pg_restore'), args);
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    const errors = listRestoreErrors(stderr);
    if (errors.length > 0) throw new StackError('pg_restore failed', { details: errors });
    // pg_restore finished, and all its errors are harmless.
    if (code !== ERRORS_IGNORED || !/\berror:/.test(stderr)) throw error;
  }
}

/**
 * Errors of pg_restore, without the harmless one about `transaction_timeout`: newer versions set it, and
 * older servers do not know it.
 */
export function listRestoreErrors(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter((line) => /\berror:/.test(line))
    .filter((line) => !/unrecognized configuration parameter "transaction_timeout"/.test(line));
}

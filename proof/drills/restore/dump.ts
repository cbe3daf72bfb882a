import { findOnPath, isExecutable } from '@aio/tools/process/find-on-path';
import { StackError } from '@aio/tools/stack-error';
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Drill } from '../kit/drill.ts';
import { SkipDrill } from '../kit/errors.ts';
import { loseAndRestore } from './lose-and-restore.ts';

const run = promisify(execFile);

/** Major version of the drills' PostgreSQL. */
const SERVER = 16;
/** pg_restore's exit code after errors; a signal gives no exit code. */
const ERRORS_IGNORED = 1;

export const dump: Drill = {
  name: 'dump',
  what: 'takes a pg_dump under load, kills servers and processes, deletes their data, restores into a new server',
  limits: 'LOST 0 of the runs accepted before the dump began; DUP 0; secrets readable',
  async run(context) {
    const programs = await findDumpPrograms(context.searchPath);
    const dataDir = context.makeFolder('restore');
    const file = join(dataDir, 'aio.dump');
    return loseAndRestore(context, {
      dataDir,
      async backUp({ servers, accepted }, goOn) {
        await goOn(1);
        const kept = [...accepted];
        const args = ['--format=custom', `--file=${file}`, servers.databaseUrl];
        await run(join(programs, 'pg_dump'), args);
        return kept;
      },
      async restore({ servers }) {
        // The data folder is gone, so this makes a new cluster with an empty database.
        await servers.postgres.start();
        await restoreDump(programs, servers.databaseUrl, file);
      },
    });
  },
};

/**
 * Finds pg_dump and pg_restore on PATH or in Debian's folders.
 * @returns their folder
 * @throws SkipDrill if there are none, or only older ones than the server
 */
async function findDumpPrograms(searchPath: string): Promise<string> {
  const onPath = findOnPath(['pg_dump'], searchPath);
  const folders = [
    ...(onPath ? [dirname(onPath)] : []),
    ...globSync('/usr/lib/postgresql/*/bin').sort().reverse(),
  ].filter((folder) => ['pg_dump', 'pg_restore'].every((name) => isExecutable(join(folder, name))));
  const found: string[] = [];
  for (const folder of folders) {
    const { stdout } = await run(join(folder, 'pg_dump'), ['--version']);
    const version = /\d+(\.\d+)?/.exec(stdout)?.[0] ?? '';
    if (Number.parseInt(version) >= SERVER) return folder;
    found.push(version);
  }
  const what = found.length === 0 ? 'found none' : `found ${found.join(', ')}`;
  throw new SkipDrill(`needs pg_dump ${SERVER} or later; ${what}`);
}

/** Restores into an empty database. @throws StackError with the errors of pg_restore */
export async function restoreDump(programs: string, url: string, file: string): Promise<void> {
  const args = ['--no-owner', `--dbname=${url}`, file];
  try {
    await run(join(programs, 'pg_restore'), args);
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

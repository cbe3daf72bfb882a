/**
 * `npm run compose:verify [-- --pull]`: builds the images, brings both Compose files up on a Docker engine and tries
 * what they promise, a line a step. The engine is the one that runs, else one of Debian's packages, started by hand
 * as root. Images of other projects that are not there get stand-ins; `--pull` gets the real ones first. Where no
 * engine can be had it says why, and reads the files alone. Exit code 1 = a step failed.
 */

import { INTERRUPTED } from '@aio/loadtest/lib/interruption';
import { readOptions } from '@aio/loadtest/lib/options';
import { programFolder } from '@aio/loadtest/lib/own-servers';
import { openDataFolder } from '@aio/stack/data-folder';
import { reportError, StackError } from '@aio/stack/stack-error';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createReport } from '../verify/report.ts';
import { verify } from '../verify/verify.ts';

/** Images take gigabytes, and /tmp may be in memory. */
const SCRATCH = '/var/tmp';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { argv, env } = process;
try {
  process.exitCode = await main(argv.slice(2), env);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}
// What was interrupted still has requests on their way.
process.exit();

async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { pull } = readOptions(args, { pull: 'flag' });
  const dataDir = programFolder(env.AIO_DATA_DIR);
  openDataFolder(dataDir);
  const stopping = new AbortController();
  const stop = new StackError('interrupted', { exitCode: INTERRUPTED });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stopping.abort(stop));
  const report = createReport((line) => console.log(line), stopping.signal);
  const folder = mkdtempSync(join(SCRATCH, 'aio-compose-'));
  const root = resolve(import.meta.dirname, '../../..');
  try {
    await verify(report, { root, dataDir, folder, env, pull, signal: stopping.signal });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    console.log(report.summary());
  }
  return report.failed === 0 ? 0 : 1;
}

/**
 * `npm run compose:verify [-- --pull]`: builds the images, starts both Compose files on a Docker engine and checks
 * them, one line per step. See ../README.md. Exit code 1 = a step failed.
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
// Requests of an interrupted step would keep the process alive.
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

/**
 * `npm run kubernetes:verify [-- --no-build] [--no-nodes] [--images=<file>]`: renders, checks and applies the
 * manifests, one line per step (see ../README.md). Building missing programs takes a quarter of an hour, once. Exit
 * code 1 = a step failed.
 */

import { createReport } from '@aio/compose/verify/report';
import { INTERRUPTED } from '@aio/loadtest/lib/interruption';
import { readOptions } from '@aio/loadtest/lib/options';
import { programFolder } from '@aio/loadtest/lib/own-servers';
import { openDataFolder } from '@aio/stack/data-folder';
import { reportError, StackError } from '@aio/stack/stack-error';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
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

async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const options = readOptions(args, { 'no-build': 'flag', 'no-nodes': 'flag', images: 'text' });
  const dataDir = programFolder(env.AIO_DATA_DIR);
  openDataFolder(dataDir);
  const stopping = new AbortController();
  const stop = new StackError('interrupted', { exitCode: INTERRUPTED });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stopping.abort(stop));
  const report = createReport((line) => console.log(line), stopping.signal);
  const scratch = mkdtempSync(join(SCRATCH, 'aio-kubernetes-'));
  const manifests = resolve(import.meta.dirname, '..');
  const tools = {
    dataDir,
    env,
    build: !options['no-build'],
    say: report.say,
    signal: stopping.signal,
  };
  try {
    await verify(report, {
      manifests,
      scratch,
      tools,
      images: options.images,
      nodes: !options['no-nodes'],
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    console.log(report.summary());
  }
  return report.failed === 0 ? 0 : 1;
}

/**
 * `npm run compose:verify`: builds the images, starts both Compose files on a Docker engine and checks
 * them, one line per step. See ../README.md. Exit code 1 = a step failed.
 */

import { usageError } from '@aio/tools/cli/options';
import { reportError } from '@aio/tools/stack-error';
import { resolve } from 'node:path';
import { verify } from '../verify.ts';
import { withReport } from '../with-report.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { argv, env } = process;
try {
  if (argv.length > 2) throw usageError('compose:verify has no options');
  const root = resolve(import.meta.dirname, '../../../..');
  process.exitCode = await withReport('compose', env, (report, { scratch, ...place }) =>
    verify(report, { ...place, root, folder: scratch, env }),
  );
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}
// Requests of an interrupted step would keep the process alive.
process.exit();

/**
 * `npm run kubernetes:verify [-- --images=<file>]`: renders the manifests and tries them in a cluster, one line per
 * step (see ../README.md). Exit code 1 = a step failed.
 */

import { withReport } from '../../compose/with-report.ts';
import { readOptions } from '@aio/tools/cli/options';
import { reportError } from '@aio/tools/stack-error';
import { resolve } from 'node:path';
import { verify } from '../verify.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { argv, env } = process;
try {
  const { images } = readOptions(argv.slice(2), { images: 'text' });
  const manifests = resolve(import.meta.dirname, '../../../../deploy/kubernetes');
  process.exitCode = await withReport('kubernetes', env, (report, place) =>
    verify(report, { ...place, manifests, env, images, say: report.say }),
  );
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}

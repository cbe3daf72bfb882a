/**
 * `npm run kubernetes:verify [-- --no-build] [--no-nodes] [--images=<file>]`: renders, checks and applies the
 * manifests, one line per step (see ../README.md). Building missing programs takes a quarter of an hour, once. Exit
 * code 1 = a step failed.
 */

import { withReport } from '@aio/compose/verify/with-report';
import { readOptions } from '@aio/loadtest/lib/options';
import { reportError } from '@aio/stack/stack-error';
import { resolve } from 'node:path';
import { verify } from '../verify/verify.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { argv, env } = process;
try {
  const options = { 'no-build': 'flag', 'no-nodes': 'flag', images: 'text' } as const;
  const asked = readOptions(argv.slice(2), options);
  const manifests = resolve(import.meta.dirname, '..');
  process.exitCode = await withReport('kubernetes', env, (report, { scratch, ...place }) => {
    const tools = { ...place, env, build: !asked['no-build'], say: report.say };
    const { images } = asked;
    return verify(report, { manifests, scratch, tools, images, nodes: !asked['no-nodes'] });
  });
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}

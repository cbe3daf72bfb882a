/**
 * `npm run soak [-- --minutes N] [--workers N] [--seed N]`: hours of load; exit code 1 = memory or
 * connections grow.
 */

import { reportError } from '@aio/stack/stack-error';
import { showProgress } from '../lib/fault-drill/progress.ts';
import { describeOutcome, isPassed } from '../lib/fault-drill/report.ts';
import { runFault } from '../lib/fault-drill/run-faults.ts';
import { interruption } from '../lib/interruption.ts';
import { readOptions } from '../lib/options.ts';
import { programFolder } from '../lib/own-servers.ts';
import { createSoak } from '../lib/soak/soak.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { PATH: searchPath = '', AIO_DATA_DIR } = process.env;
const progress = showProgress(process.stdout);
try {
  const { minutes, workers, seed } = readOptions(process.argv.slice(2), {
    minutes: { default: 240, least: 1 },
    workers: { default: 2, least: 1 },
    seed: { default: 1, least: 0 },
  });
  const soak = createSoak({ minutes, workers });
  progress.say(`${soak.name}: ${soak.what}; ${soak.limit}; seed ${seed}`);
  const outcome = await runFault(soak, {
    seed,
    full: true,
    programDir: programFolder(AIO_DATA_DIR),
    searchPath,
    interrupted: interruption(),
    onProgress: ({ name }, what) => progress.show(name, what),
  });
  progress.end(soak.name);
  for (const line of describeOutcome(outcome)) progress.say(line);
  process.exitCode = isPassed(outcome) ? 0 : 1;
} catch (error) {
  process.exitCode = reportError(error, (line) => progress.say(line));
}
// An interrupted soak still has requests on their way.
process.exit();

/** `npm run drill -- kill-workers [--seed N] [--kills N] [--workers N]`; exit code 1 = it failed. */

import { reportError } from '@aio/stack/stack-error';
import { rmSync } from 'node:fs';
import { interruption } from '../lib/interruption.ts';
import { drillKillingWorkers } from '../lib/kill-drill/drill.ts';
import { describeVerdict } from '../lib/kill-drill/report.ts';
import { isPassed } from '../lib/kill-drill/verdict.ts';
import { readOptions } from '../lib/options.ts';
import { programFolder } from '../lib/own-servers.ts';
import { makeScratchFolder } from '../lib/scratch-folder.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { PATH: searchPath = '', AIO_DATA_DIR } = process.env;
const say = (line: string) => console.log(line);
let dataDir = '';
let passed = false;
try {
  const options = readOptions(process.argv.slice(2), {
    seed: { default: 1, least: 0 },
    kills: { default: 50, least: 1 },
    workers: { default: 3, least: 2 },
  });
  dataDir = makeScratchFolder('drill');
  say(`drill kill-workers, seed ${options.seed}`);
  const { verdict, faults } = await drillKillingWorkers({
    ...options,
    openRuns: 25,
    leaseMs: 2000,
    settleWithinMs: 60_000,
    dataDir,
    programDir: programFolder(AIO_DATA_DIR),
    searchPath,
    say,
    interrupted: interruption(),
  });
  for (const line of describeVerdict(verdict, faults)) say(line);
  passed = isPassed(verdict);
  process.exitCode = passed ? 0 : 1;
} catch (error) {
  process.exitCode = reportError(error, say);
}
if (passed) rmSync(dataDir, { recursive: true, force: true });
else if (dataDir !== '') say(`logs and data: ${dataDir}`);
// An interrupted drill still has requests on their way.
process.exit();

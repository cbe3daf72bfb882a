/** `npm run drill -- kill-workers [--seed N] [--kills N] [--workers N]`; exit code 1 = it failed. */

import { reportError } from '@aio/stack/stack-error';
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readCount } from '../lib/count-option.ts';
import { interruption } from '../lib/interruption.ts';
import { drillKillingWorkers } from '../lib/kill-drill/drill.ts';
import { describeVerdict } from '../lib/kill-drill/report.ts';
import { isPassed } from '../lib/kill-drill/verdict.ts';
import { programFolder } from '../lib/own-servers.ts';
import { makeScratchFolder } from '../lib/scratch-folder.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { PATH: searchPath = '', AIO_DATA_DIR } = process.env;
const say = (line: string) => console.log(line);
const dataDir = makeScratchFolder('drill');
let passed = false;
try {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      kills: { type: 'string', default: '50' },
      workers: { type: 'string', default: '3' },
    },
  });
  const options = {
    seed: readCount('--seed', values.seed, { least: 0 }),
    kills: readCount('--kills', values.kills, { least: 1 }),
    workers: readCount('--workers', values.workers, { least: 2 }),
  };
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
else say(`logs and data: ${dataDir}`);
// An interrupted drill still has requests on their way.
process.exit();

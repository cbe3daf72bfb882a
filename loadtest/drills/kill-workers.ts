/** `npm run drill -- kill-workers [--seed N] [--kills N] [--workers N]`; exit code 1 = it failed. */

import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readCount } from '../lib/count-option.ts';
import { drillKillingWorkers } from '../lib/kill-drill/drill.ts';
import { describeVerdict } from '../lib/kill-drill/report.ts';
import { isPassed } from '../lib/kill-drill/verdict.ts';
import { makeScratchFolder } from '../lib/scratch-folder.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '50' },
    workers: { type: 'string', default: '3' },
  },
});
const say = (line: string) => console.log(line);
const dataDir = makeScratchFolder('drill');
const seed = readCount('--seed', values.seed, { least: 0 });
say(`drill kill-workers, seed ${seed}`);
const { verdict, faults } = await drillKillingWorkers({
  seed,
  kills: readCount('--kills', values.kills, { least: 1 }),
  workers: readCount('--workers', values.workers, { least: 2 }),
  openRuns: 40,
  leaseMs: 2000,
  settleWithinMs: 60_000,
  dataDir,
  // oxlint-disable-next-line no-restricted-properties -- this file is a main
  searchPath: process.env.PATH ?? '',
  say,
});
for (const line of describeVerdict(verdict, faults)) say(line);
if (isPassed(verdict)) rmSync(dataDir, { recursive: true, force: true });
else {
  say(`logs and data: ${dataDir}`);
  process.exitCode = 1;
}

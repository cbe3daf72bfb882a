/**
 * `npm run soak [-- --minutes N] [--workers N] [--seed N]`: hours of load; exit code 1 = memory or
 * connections grow.
 */

import { runMain } from '../lib/drill-main.ts';
import { showProgress } from '../lib/fault-drill/progress.ts';
import { isPassed } from '../lib/fault-drill/report.ts';
import { tellFaults } from '../lib/fault-drill/tell-faults.ts';
import { interruption } from '../lib/interruption.ts';
import { readOptions } from '../lib/options.ts';
import { createSoak } from '../lib/soak/soak.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { env } = process;
await runMain({ args: process.argv.slice(2), env }, async (args, machine) => {
  const { minutes, workers, seed } = readOptions(args, {
    minutes: { default: 240, least: 1 },
    workers: { default: 2, least: 1 },
    seed: { default: 1, least: 0 },
  });
  const progress = showProgress(process.stdout);
  const soak = createSoak({ minutes, workers });
  progress.say(`${soak.name}: ${soak.what}; ${soak.limit}; seed ${seed}`);
  const interrupted = interruption();
  const outcomes = await tellFaults([soak], {
    ...machine,
    seed,
    full: true,
    jobs: 1,
    interrupted,
    progress,
  });
  return outcomes.every(isPassed) ? 0 : 1;
});

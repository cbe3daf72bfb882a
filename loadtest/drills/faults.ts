/**
 * `npm run drill -- faults [--short] [--seed N] [--only a,b] [--repeat N] [--jobs N] [--list]`: does
 * what reliability asks for to real processes; exit code 1 = a limit was missed.
 */

import { runMain } from '../lib/drill-main.ts';
import { choose } from '../lib/fault-drill/choose.ts';
import { showProgress } from '../lib/fault-drill/progress.ts';
import { countKills, FULL_KILLS, isPassed, summarize } from '../lib/fault-drill/report.ts';
import { listFaults, tellFaults } from '../lib/fault-drill/tell-faults.ts';
import { interruption } from '../lib/interruption.ts';
import { readOptions } from '../lib/options.ts';
import { FAULTS } from './faults/all.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { env } = process;
await runMain({ args: process.argv.slice(2), env }, async (args, machine) => {
  const options = readOptions(args, {
    seed: { default: 1, least: 0 },
    repeat: { default: 1, least: 1 },
    jobs: { default: 1, least: 1 },
    only: 'text',
    short: 'flag',
    list: 'flag',
  });
  const faults = choose(FAULTS, options.only, 'fault');
  const progress = showProgress(process.stdout);
  if (options.list) {
    listFaults(faults).forEach((line) => progress.say(line));
    return 0;
  }
  const { short, jobs } = options;
  const interrupted = interruption();
  let passed = true;
  for (let round = 0; round < options.repeat; round++) {
    const seed = options.seed + round;
    progress.say(`drill faults, ${short ? 'short' : 'in full'}, seed ${seed}`);
    const outcomes = await tellFaults(faults, {
      ...machine,
      seed,
      full: !short,
      jobs,
      interrupted,
      progress,
    });
    summarize(outcomes, seed).forEach((line) => progress.say(line));
    const complete = short || faults !== FAULTS || countKills(outcomes) >= FULL_KILLS;
    if (!complete) progress.say(`failed: fewer than ${FULL_KILLS} kills`);
    passed &&= complete && outcomes.every(isPassed);
  }
  return passed ? 0 : 1;
});

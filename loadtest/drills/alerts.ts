/**
 * `npm run drill -- alerts [--only a,b] [--scale N] [--seed N] [--jobs N] [--list]`: breaks what each
 * alert is for, under a real Prometheus whose times are N times shorter; exit code 1 = an alert did not
 * fire or resolve, or one fired that has nothing to do with it.
 */

import { EXIT, reportError, StackError } from '@aio/stack/stack-error';
import type { AlertDrill } from '../lib/alert-drill/drill.ts';
import { summarize } from '../lib/alert-drill/report.ts';
import { asFault } from '../lib/alert-drill/run-drill.ts';
import { SHORTER } from '../lib/alert-drill/scale.ts';
import { showProgress } from '../lib/fault-drill/progress.ts';
import { describeOutcome, isPassed } from '../lib/fault-drill/report.ts';
import { runFaults } from '../lib/fault-drill/run-faults.ts';
import { interruption } from '../lib/interruption.ts';
import { readOptions } from '../lib/options.ts';
import { programFolder } from '../lib/own-servers.ts';
import { ALERT_DRILLS } from './alerts/all.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { PATH: searchPath = '', AIO_DATA_DIR } = process.env;
const say = (line: string) => console.log(line);
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = reportError(error, say);
}
// An interrupted drill still has requests on their way.
process.exit();

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args, {
    seed: { default: 1, least: 0 },
    scale: { default: 0, least: 1 },
    jobs: { default: 1, least: 1 },
    only: 'text',
    list: 'flag',
  });
  const faults = choose(options.only).map((drill) => asFault(drill, options.scale || undefined));
  if (options.list) {
    for (const { name, what, limit } of faults) say(`${name}: ${what}; ${limit}`);
    return 0;
  }
  const interrupted = interruption();
  const progress = showProgress(process.stdout);
  const shorter = options.scale || `${SHORTER.usual} or ${SHORTER.burns}`;
  progress.say(`drill alerts, times ${shorter} times shorter, seed ${options.seed}`);
  const outcomes = await runFaults(faults, {
    seed: options.seed,
    full: true,
    jobs: options.jobs,
    programDir: programFolder(AIO_DATA_DIR),
    searchPath,
    interrupted,
    onProgress: ({ name }, what) => progress.show(name, what),
    onOutcome(outcome) {
      progress.end(outcome.fault.name);
      for (const line of describeOutcome(outcome)) progress.say(line);
    },
  });
  for (const line of summarize(outcomes)) progress.say(line);
  return outcomes.every(isPassed) ? 0 : 1;
}

/** @param only names of drills or of alerts, comma-separated; empty = all */
function choose(only: string): readonly AlertDrill[] {
  if (only === '') return ALERT_DRILLS;
  return only.split(',').flatMap((given) => {
    const name = given.trim();
    const found = ALERT_DRILLS.filter(
      (drill) => drill.name === name || drill.fires.some(({ alert }) => alert === name),
    );
    if (found.length > 0) return found;
    const known = ALERT_DRILLS.map((drill) => drill.name).join(', ');
    throw new StackError(`there is no drill "${name}"; there are ${known}`, {
      exitCode: EXIT.usage,
    });
  });
}

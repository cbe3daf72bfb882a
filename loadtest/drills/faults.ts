/**
 * `npm run drill -- faults [--short] [--seed N] [--only a,b] [--repeat N] [--jobs N] [--list]`: does
 * what reliability asks for to real processes; exit code 1 = a limit was missed.
 */

import { EXIT, reportError, StackError } from '@aio/stack/stack-error';
import type { Fault } from '../lib/fault-drill/fault.ts';
import { showProgress } from '../lib/fault-drill/progress.ts';
import {
  countKills,
  describeOutcome,
  FULL_KILLS,
  isPassed,
  summarize,
} from '../lib/fault-drill/report.ts';
import { runFaults } from '../lib/fault-drill/run-faults.ts';
import { interruption } from '../lib/interruption.ts';
import { readOptions } from '../lib/options.ts';
import { programFolder } from '../lib/own-servers.ts';
import { FAULTS } from './faults/all.ts';

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
    repeat: { default: 1, least: 1 },
    jobs: { default: 1, least: 1 },
    only: 'text',
    short: 'flag',
    list: 'flag',
  });
  const faults = choose(options.only);
  if (options.list) {
    for (const { name, what, limit } of faults) say(`${name}: ${what}; ${limit}`);
    return 0;
  }
  const interrupted = interruption();
  const progress = showProgress(process.stdout);
  let passed = true;
  for (let round = 0; round < options.repeat; round++) {
    const seed = options.seed + round;
    progress.say(`drill faults, ${options.short ? 'short' : 'in full'}, seed ${seed}`);
    const outcomes = await runFaults(faults, {
      seed,
      full: !options.short,
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
    for (const line of summarize(outcomes, seed)) progress.say(line);
    const complete = options.short || faults !== FAULTS || countKills(outcomes) >= FULL_KILLS;
    if (!complete) progress.say(`failed: fewer than ${FULL_KILLS} kills`);
    passed &&= complete && outcomes.every(isPassed);
  }
  return passed ? 0 : 1;
}

/** @param only names, comma-separated; empty = all */
function choose(only: string): readonly Fault[] {
  if (only === '') return FAULTS;
  return only.split(',').map((name) => {
    const found = FAULTS.find((fault) => fault.name === name.trim());
    if (found) return found;
    const known = FAULTS.map((fault) => fault.name).join(', ');
    throw new StackError(`there is no fault "${name}"; there are ${known}`, {
      exitCode: EXIT.usage,
    });
  });
}

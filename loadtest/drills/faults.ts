/**
 * `npm run drill -- faults [--scaled] [--short] [--seed N] [--only a,b] [--repeat N] [--jobs N] [--list]`: does
 * what reliability asks for to real processes; exit code 1 = a limit was missed. With --scaled the core set is done to two
 * APIs behind the proxy, PgBouncer, a replica, a Redis Cluster and three workers.
 */

import { runMain } from '../lib/drill-main.ts';
import { choose } from '../lib/fault-drill/choose.ts';
import { addUp, countKills, FULL_KILLS, isPassed, summarize } from '../lib/fault-drill/report.ts';
import { createTeller, LIST_OPTIONS } from '../lib/fault-drill/tell-faults.ts';
import { readOptions } from '../lib/options.ts';
import { FAULTS, SCALED_FAULTS } from './faults/all.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { env } = process;
await runMain({ args: process.argv.slice(2), env }, async (args, machine) => {
  const {
    only,
    short,
    scaled,
    jobs,
    list,
    repeat,
    seed: firstSeed,
  } = readOptions(args, {
    ...LIST_OPTIONS,
    repeat: { default: 1, least: 1 },
    short: 'flag',
    scaled: 'flag',
  });
  const topology = scaled ? 'scaled' : 'single';
  const faults = choose(scaled ? SCALED_FAULTS : FAULTS, only, 'fault');
  const teller = createTeller(machine, { jobs });
  if (list) {
    teller.list(faults);
    return 0;
  }
  let passed = true;
  for (let seed = firstSeed; seed < firstSeed + repeat; seed++) {
    teller.say(`drill faults, ${topology}, ${short ? 'short' : 'in full'}, seed ${seed}`);
    const outcomes = await teller.tell(faults, { seed, full: !short, topology });
    teller.say(`seed ${seed}: ${addUp(outcomes)}`, ...summarize(outcomes));
    const complete = short || faults !== FAULTS || countKills(outcomes) >= FULL_KILLS;
    if (!complete) teller.say(`failed: fewer than ${FULL_KILLS} kills`);
    passed &&= complete && outcomes.every(isPassed);
  }
  return passed ? 0 : 1;
});

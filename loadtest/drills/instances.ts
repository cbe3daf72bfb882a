/**
 * `npm run drill -- instances [--seed N] [--rounds N] [--workers N] [--every MS]`: runs all recorded
 * workflows at once, no step longer than half a second, while every two seconds a worker is killed and
 * started again; exit code 1 = a run did not succeed, or a step was not recorded once.
 */

import { runMain } from '../lib/drill-main.ts';
import { isPassed } from '../lib/fault-drill/report.ts';
import { createTeller } from '../lib/fault-drill/tell-faults.ts';
import { createInstanceDrill, readDefinitions } from '../lib/instance-drill/drill.ts';
import { readOptions } from '../lib/options.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { env } = process;
await runMain({ args: process.argv.slice(2), env }, async (args, machine) => {
  const { seed, rounds, workers, every } = readOptions(args, {
    seed: { default: 1, least: 0 },
    rounds: { default: 5, least: 1 },
    workers: { default: 4, least: 2 },
    every: { default: 2000, least: 1 },
  });
  const definitions = readDefinitions(env.WFINSTANCES_DIR);
  const drill = createInstanceDrill(definitions, { rounds, workers, everyMs: every });
  const teller = createTeller(machine, { jobs: 1 });
  teller.say(`${drill.name}: ${drill.what}; ${drill.limit}; seed ${seed}`);
  const outcomes = await teller.tell([drill], { seed, full: true });
  return outcomes.every(isPassed) ? 0 : 1;
});

/**
 * `npm run soak [-- --minutes N] [--workers N] [--scaled] [--seed N]`: hours of load; exit code 1 = memory or
 * connections grow. With --scaled on two APIs behind the proxy, PgBouncer, a replica and a Redis Cluster.
 */

import { runMain } from '../lib/drill-main.ts';
import { isPassed } from '../lib/fault-drill/report.ts';
import { createTeller } from '../lib/fault-drill/tell-faults.ts';
import { readOptions } from '../lib/options.ts';
import { createSoak } from '../lib/soak/soak.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { env } = process;
await runMain({ args: process.argv.slice(2), env }, async (args, machine) => {
  const { minutes, workers, scaled, seed } = readOptions(args, {
    minutes: { default: 240, least: 1 },
    workers: { default: 2, least: 1 },
    scaled: 'flag',
    seed: { default: 1, least: 0 },
  });
  const teller = createTeller(machine, { jobs: 1 });
  const soak = createSoak({ minutes, workers });
  teller.say(`${soak.name}: ${soak.what}; ${soak.limit}; seed ${seed}`);
  const outcomes = await teller.tell([soak], {
    seed,
    full: true,
    topology: scaled ? 'scaled' : 'single',
  });
  return outcomes.every(isPassed) ? 0 : 1;
});

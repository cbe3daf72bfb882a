/**
 * `npm run drill -- instances [--seed N] [--rounds N] [--workers N] [--every MS] [--json]`: runs all
 * recorded workflows at once, no step longer than half a second, while every two seconds a worker is
 * killed and started again; exit code 1 = a run did not succeed, or a step was not recorded once.
 */

import { runFigures } from '../figures/lib/run-figures.ts';
import { drillInstances } from '../lib/instance-drill/drill.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { env } = process;
process.exitCode = await runFigures(
  { args: process.argv.slice(2), env },
  'instances',
  {
    seed: { default: 1, least: 0 },
    rounds: { default: 5, least: 1 },
    workers: { default: 4, least: 2 },
    every: { default: 2000, least: 1 },
  },
  (bench) => drillInstances(bench, env.WFINSTANCES_DIR),
);
// An interrupted drill still has requests on their way.
process.exit();

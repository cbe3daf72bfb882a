/**
 * `npm run bench -- spread [--steps N] [--ms N] [--slots N] [--json]`: how busy one run's fan-out of slow
 * steps keeps the slots of four workers, and of one alone; exit code 1 = a limit was missed.
 */

import { runFigures } from './lib/run-figures.ts';
import { measureSpread } from './measure/spread.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const caller = { args: process.argv.slice(2), env: process.env };
process.exitCode = await runFigures(
  caller,
  'spread',
  {
    steps: { default: 1000, least: 1 },
    ms: { default: 500, least: 1 },
    slots: { default: 16, least: 1 },
  },
  measureSpread,
);
// An interrupted bench still has requests on their way.
process.exit();

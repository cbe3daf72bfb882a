/**
 * `npm run bench -- fairness [--runs N] [--singles N] [--workers N] [--json]`: how long single runs of one
 * workflow wait for their first step while thousands of another's are queued, with short steps and with
 * steps that keep every slot; exit code 1 = a limit was missed.
 */

import { measureFairness } from './measure/fairness.ts';
import { runFigures } from './lib/run-figures.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const caller = { args: process.argv.slice(2), env: process.env };
process.exitCode = await runFigures(
  caller,
  'fairness',
  {
    runs: { default: 10_000, least: 1 },
    singles: { default: 20, least: 1 },
    workers: { default: 2, least: 1 },
  },
  measureFairness,
);
// An interrupted bench still has requests on their way.
process.exit();

/**
 * `npm run bench -- cancel [--tries N] [--json]`: how long after a cancel every connection of the run is
 * given up, in http, in llm and in steps on several workers, and how soon a run that only waits has
 * ended; exit code 1 = a limit was missed.
 */

import { measureCancel } from './measure/cancel.ts';
import { runFigures } from './lib/run-figures.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const caller = { args: process.argv.slice(2), env: process.env };
process.exitCode = await runFigures(
  caller,
  'cancel',
  { tries: { default: 20, least: 1 } },
  measureCancel,
);
// An interrupted bench still has requests on their way.
process.exit();

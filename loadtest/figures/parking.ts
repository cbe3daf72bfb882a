/**
 * `npm run bench -- parking [--runs N] [--workers N] [--json]`: what runs that only wait (for days, a
 * person, an event, another run) cost the workers: memory, leases, slots, jobs, CPU and queries, before
 * and with them; exit code 1 = a limit was missed.
 */

import { runFigures } from './lib/run-figures.ts';
import { measureParking } from './measure/parking.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const caller = { args: process.argv.slice(2), env: process.env };
process.exitCode = await runFigures(
  caller,
  'parking',
  { runs: { default: 100_000, least: 10 }, workers: { default: 2, least: 1 } },
  measureParking,
);
// An interrupted bench still has requests on their way.
process.exit();

/**
 * `npm run drill -- upgrade [--short] [--only a,b] [--seed N] [--list]`: migrates and changes every
 * process under load, and judges what clients saw and what is left; exit code 1 = a limit was missed.
 */

import { runMain } from '../lib/drill-main.ts';
import { drill } from '../lib/fault-drill/drill-main.ts';
import { UPGRADES } from './upgrade/all.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { env } = process;
await runMain({ args: process.argv.slice(2), env }, (args, machine) =>
  drill({ name: 'upgrade', noun: 'upgrade', faults: UPGRADES }, args, machine),
);

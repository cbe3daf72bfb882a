/**
 * `npm run drill -- restore [--short] [--only a,b] [--seed N] [--list]`: takes backups under load,
 * destroys the servers, restores, and judges what is there; exit code 1 = a limit was missed.
 */

import { runMain } from '../lib/drill-main.ts';
import { drill } from '../lib/fault-drill/drill-main.ts';
import { RESTORES } from './restore/all.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { env } = process;
await runMain({ args: process.argv.slice(2), env }, (args, machine) =>
  drill({ name: 'restore', noun: 'restore', faults: RESTORES }, args, machine),
);

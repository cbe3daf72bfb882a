/**
 * `npm run drill -- troubleshooting [--only a,b] [--list]`: causes every trouble of the table in
 * services/README.md, sees its symptom, applies its cure, and sees that all is well; exit code 1 = a
 * row does not hold.
 */

import { runMain } from '../lib/drill-main.ts';
import { drill } from '../lib/fault-drill/drill-main.ts';
import { TROUBLES } from './troubleshooting/all.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { env } = process;
await runMain({ args: process.argv.slice(2), env }, (args, machine) =>
  drill({ name: 'troubleshooting', noun: 'row', faults: TROUBLES }, args, machine),
);

/**
 * `npm run drill -- troubleshooting [--only a,b] [--json FILE] [--list]`: causes every trouble of the table in
 * services/README.md, checks its symptom, applies its cure, and checks that the system works again. Exit code 1: a
 * row of the table is wrong.
 */

import { runSuite } from './kit/main.ts';
import { TROUBLES } from './troubleshooting/all.ts';

await runSuite({ name: 'troubleshooting', drills: () => TROUBLES });

/**
 * `npm run drill -- troubleshooting [--only a,b] [--json FILE] [--list]`: causes every trouble of the table in
 * services/README.md, sees its symptom, applies its cure, and sees that all is well; exit code 1 = a
 * row does not hold.
 */

import { runSuite } from '../lib/drill/main.ts';
import { TROUBLES } from './troubleshooting/all.ts';

await runSuite({ name: 'troubleshooting', drills: () => TROUBLES });

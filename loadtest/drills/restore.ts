/**
 * `npm run drill -- restore [--short] [--only a,b] [--seed N] [--json FILE] [--list]`: takes backups under load,
 * destroys the servers, restores, and checks the restored rows. Exit code 1: a limit was missed.
 */

import { runSuite } from '../lib/drill/main.ts';
import { RESTORES } from './restore/all.ts';

await runSuite({ name: 'restore', drills: () => RESTORES });

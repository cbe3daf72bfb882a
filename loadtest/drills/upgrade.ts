/**
 * `npm run drill -- upgrade [--short] [--only a,b] [--seed N] [--json FILE] [--list]`: migrates and changes every
 * process under load, and judges what clients saw and what is left; exit code 1 = a limit was missed.
 */

import { runSuite } from '../lib/drill/main.ts';
import { UPGRADES } from './upgrade/all.ts';

await runSuite({ name: 'upgrade', drills: () => UPGRADES });

/**
 * `npm run drill -- faults [--short] [--seed N] [--only a,b] [--repeat N] [--jobs N] [--json FILE] [--list]`: injects
 * faults into real processes. Exit code 1: a limit was missed.
 */

import { runSuite } from './kit/main.ts';
import { countKills } from './kit/report.ts';
import { FAULTS } from '../faults/all.ts';

/** All faults together, in full, make at least this many kills. */
const FULL_KILLS = 200;

await runSuite({
  name: 'faults',
  drills: () => FAULTS,
  judge: (outcomes, { short, only }) =>
    short || only !== '' || countKills(outcomes) >= FULL_KILLS
      ? []
      : [`fewer than ${FULL_KILLS} kills`],
});

/**
 * `npm run drill -- faults [--scaled] [--short] [--seed N] [--only a,b] [--repeat N] [--jobs N] [--json FILE] [--list]`:
 * injects faults into real processes. Exit code 1: a limit was missed. --scaled injects the core set into two APIs
 * behind the proxy, PgBouncer, a replica, a Redis Cluster and three workers.
 */

import { runSuite } from './kit/main.ts';
import { countKills } from './kit/report.ts';
import { FAULTS, SCALED_FAULTS } from '../faults/all.ts';

/** All faults together, in full, make at least this many kills. */
const FULL_KILLS = 200;

await runSuite({
  name: 'faults',
  options: { scaled: 'flag' },
  drills: ({ scaled }) => (scaled ? SCALED_FAULTS : FAULTS),
  judge: (outcomes, { short, scaled, only }) =>
    short || scaled || only !== '' || countKills(outcomes) >= FULL_KILLS
      ? []
      : [`fewer than ${FULL_KILLS} kills`],
});

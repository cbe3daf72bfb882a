/**
 * `npm run soak [-- --minutes N] [--workers N] [--scaled] [--seed N] [--json FILE]`: hours of load. Exit code 1: memory
 * or connections grow, or another limit was missed. --scaled uses two APIs behind the proxy, PgBouncer, a replica and
 * a Redis Cluster.
 */

import { runSuite } from './kit/main.ts';
import { createSoak } from '../soak/soak.ts';

await runSuite({
  name: 'soak',
  options: {
    minutes: { default: 240, least: 1 },
    workers: { default: 2, least: 1 },
    scaled: 'flag',
  },
  drills: (options) => [createSoak(options)],
});

/**
 * `npm run drill -- instances [--seed N] [--rounds N] [--workers N] [--every MS] [--json FILE]`: runs all recorded
 * workflows at once, with steps of at most half a second. Meanwhile it kills and restarts a worker every two seconds.
 * Exit code 1: a run did not succeed, or a step was not recorded exactly once.
 */

import { runSuite } from './kit/main.ts';
import { createInstances, readDefinitions } from './instances/instances.ts';

await runSuite({
  name: 'instances',
  options: {
    rounds: { default: 5, least: 1 },
    workers: { default: 4, least: 2 },
    every: { default: 2000, least: 1 },
  },
  drills: (options, env) => [createInstances(readDefinitions(env.WFINSTANCES_DIR), options)],
});

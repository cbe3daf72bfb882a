/**
 * `npm run drill -- kill-workers [--seed N] [--kills N] [--workers N] [--repeat N] [--json FILE]`: kills workers at
 * random moments under load. Exit code 1: a limit was missed.
 */

import { runSuite } from './kit/main.ts';
import { createKillWorkers } from '../faults/kill-workers.ts';

await runSuite({
  name: 'kill-workers',
  options: { kills: { default: 50, least: 1 }, workers: { default: 3, least: 2 } },
  drills: (options) => [createKillWorkers(options)],
});

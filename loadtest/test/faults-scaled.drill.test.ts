import { describe, test } from 'node:test';
import { SCALED_FAULTS } from '../drills/faults/all.ts';
import { testDrill } from '../testing/test-drill.ts';

/** Each drill has fifteen processes, which mostly wait. */
const AT_ONCE = 2;

/**
 * faults.drill.test.ts makes these on one of each, replicas.test.ts the two of APIs behind the proxy.
 * `npm run drill -- faults --scaled` makes all of them on this topology.
 */
const ELSEWHERE = [
  'kill-before-call',
  'kill-after-call',
  'kill-after-commit',
  'kill-executors',
  'kill-api',
  'rolling-restart',
];

describe('faults of the scaled-out topology', { concurrency: AT_ONCE }, () => {
  for (const fault of SCALED_FAULTS.filter(({ name }) => !ELSEWHERE.includes(name)))
    test(`${fault.name}: ${fault.what}`, (t) => testDrill(t, fault, 'scaled'));
});

import { describe, test } from 'node:test';
import { FAULTS } from '../drills/faults/all.ts';
import { testFault } from '../testing/test-fault.ts';

/** They mostly wait: for leases, timeouts and servers. */
const AT_ONCE = 4;
/** It has a test of its own, kill-workers.test.ts. */
const ELSEWHERE = 'kill-workers';

describe('faults', { concurrency: AT_ONCE }, () => {
  for (const fault of FAULTS.filter(({ name, alone }) => !alone && name !== ELSEWHERE))
    test(`${fault.name}: ${fault.what}`, (t) => testFault(t, fault));
});

import { FAULTS } from '../drills/faults/all.ts';
import { testFaults } from '../testing/test-faults.ts';

/** They mostly wait: for leases, timeouts and servers. */
const AT_ONCE = 4;

testFaults(
  // kill-workers has a test of its own.
  FAULTS.filter(({ name, alone }) => !alone && name !== 'kill-workers'),
  { atOnce: AT_ONCE },
);

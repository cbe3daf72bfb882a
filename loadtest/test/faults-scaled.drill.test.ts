import { describe, test } from 'node:test';
import { SCALED_FAULTS } from '../drills/faults/all.ts';
import { testFault } from '../testing/test-fault.ts';

/** Each has fifteen processes, most of which wait. */
const AT_ONCE = 2;

describe('faults of the scaled-out topology', { concurrency: AT_ONCE }, () => {
  for (const fault of SCALED_FAULTS)
    test(`${fault.name}: ${fault.what}`, (t) => testFault(t, fault, 'scaled'));
});

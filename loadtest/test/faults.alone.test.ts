import { FAULTS } from '../drills/faults/all.ts';
import { testFaults } from '../testing/test-faults.ts';

testFaults(
  FAULTS.filter(({ alone }) => alone),
  { atOnce: 1 },
);

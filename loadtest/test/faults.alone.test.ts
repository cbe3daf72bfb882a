import { test } from 'node:test';
import { FAULTS } from '../drills/faults/all.ts';
import { testFault } from '../testing/test-fault.ts';

for (const fault of FAULTS.filter(({ alone }) => alone))
  test(`${fault.name}: ${fault.what}`, (t) => testFault(t, fault));

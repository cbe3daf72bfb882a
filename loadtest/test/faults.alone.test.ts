import { test } from 'node:test';
import { FAULTS } from '../drills/faults/all.ts';
import { testDrill } from '../testing/test-drill.ts';

for (const fault of FAULTS.filter(({ alone }) => alone))
  test(`${fault.name}: ${fault.what}`, (t) => testDrill(t, fault));

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planFaults } from './kill-workers.ts';

const PLAN = { seed: 20_261, kills: 50, workers: 3, leaseMs: 2000 };

test('the same seed plans the same faults, of every kind', () => {
  const plan = planFaults(PLAN);
  assert.deepEqual(planFaults(PLAN), plan);
  assert.notDeepEqual(planFaults({ ...PLAN, seed: 2 }), plan);
  const count = (fault: string) => plan.filter((planned) => planned.fault === fault).length;
  assert.equal(count('kill'), 50);
  assert.equal(count('pause'), 3);
  assert.equal(count('flush'), 2);
  assert.equal(count('restart-postgres'), 2);
});

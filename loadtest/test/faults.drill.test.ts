import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FAULTS } from '../drills/faults/all.ts';
import type { Bed } from '../lib/drill/bed.ts';
import type { Drill } from '../lib/drill/drill.ts';
import { runDrill } from '../lib/drill/run-drills.ts';
import { TEST_OPTIONS, testDrill } from '../testing/test-drill.ts';

/** The drills mostly wait for leases, timeouts and servers. */
const AT_ONCE = 3;
/** Has its own test: kill-workers.drill.test.ts. */
const ELSEWHERE = 'kill-workers';

describe('faults', { concurrency: AT_ONCE }, () => {
  for (const fault of FAULTS.filter(({ name, alone }) => !alone && name !== ELSEWHERE))
    test(`${fault.name}: ${fault.what}`, (t) => testDrill(t, fault));

  test('an interruption during the start leaves no server running', async () => {
    const { promise: interrupted, reject } = Promise.withResolvers<never>();
    let started: Bed | undefined;
    const impatient = {
      name: 'impatient',
      what: '',
      limits: '',
      async run({ startBed }) {
        reject(new Error('interrupted by SIGINT'));
        started = await startBed();
        return new Promise<never>(() => {});
      },
    } satisfies Drill;
    await assert.rejects(runDrill(impatient, { ...TEST_OPTIONS, interrupted }), /SIGINT/);
    assert.ok(started, 'waited for the start');
    assert.equal(started.servers.postgres.isAlive(), false);
    assert.equal(started.servers.redis.isAlive(), false);
  });
});

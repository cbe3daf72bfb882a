import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault, FaultResult } from './fault.ts';
import { addUp, describeOutcome, isPassed, summarize } from './report.ts';
import { runFault, runFaults, type Outcome } from './run-faults.ts';
import { SkipFault } from './fault.ts';

const RESULT: FaultResult = {
  lost: 0,
  dup: 0,
  stuckMs: 1200,
  fx: 1,
  figures: ['back after 0.3 s'],
  misses: [],
  kills: 3,
};
const OPTIONS = {
  seed: 7,
  full: false,
  programDir: '',
  searchPath: '',
  interrupted: new Promise<never>(() => {}),
};

function fault(name: string, run: Fault['run'] = async () => RESULT): Fault {
  return { name, what: 'breaks', limit: 'LOST 0', run };
}

test('an outcome is one line with its figures and its limit, and a line a miss', async () => {
  const good = await runFault(fault('good'), OPTIONS);
  assert.deepEqual(describeOutcome(good), [
    '✔ good: LOST 0 DUP 0 STUCK 1.2 s FX 1, back after 0.3 s (0 s) [LOST 0]',
  ]);
  const bad = await runFault(
    fault('bad', async () => ({ ...RESULT, misses: ['LOST 1'] })),
    OPTIONS,
  );
  assert.deepEqual(describeOutcome(bad).slice(1), ['    LOST 1']);
  assert.deepEqual([good, bad].map(isPassed), [true, false]);
});

test('what could not go on fails, what this machine lacks is skipped, clean-ups run either way', async () => {
  const cleaned: string[] = [];
  const broken = await runFault(
    fault('broken', async ({ defer }) => {
      defer(() => void cleaned.push('first'));
      defer(() => void cleaned.push('second'));
      throw new Error('no server', { cause: new Error('port taken') });
    }),
    OPTIONS,
  );
  const skipped = await runFault(
    fault('skipped', async () => {
      throw new SkipFault('no mount');
    }),
    OPTIONS,
  );
  assert.deepEqual(cleaned, ['second', 'first']);
  assert.match(describeOutcome(broken).join(), /could not go on .*no server: port taken/);
  assert.deepEqual(describeOutcome(skipped), ['- skipped: skipped, no mount']);
  assert.deepEqual([broken, skipped].map(isPassed), [false, true]);
  assert.deepEqual(summarize([broken, skipped]), [
    'failed: broken',
    'skipped: skipped',
    '0 passed, 1 failed, 1 skipped',
  ]);
  assert.equal(addUp([broken, skipped]), 'LOST 0, DUP 0, 0 kills');
});

test('an interruption ends the drill after what was started is stopped', async () => {
  let cleaned = false;
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  const endless = fault('endless', ({ defer }) => {
    defer(() => void (cleaned = true));
    reject(new Error('interrupted by SIGINT'));
    return new Promise(() => {});
  });
  await assert.rejects(runFault(endless, { ...OPTIONS, interrupted }), /interrupted by SIGINT/);
  assert.ok(cleaned);
});

test('faults that must be alone are, the others share what jobs there are', async () => {
  let running = 0;
  const most = { shared: 0, alone: 0 };
  const measure = (kind: keyof typeof most) => async (): Promise<FaultResult> => {
    running += 1;
    most[kind] = Math.max(most[kind], running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return RESULT;
  };
  const faults = [
    { ...fault('a', measure('alone')), alone: true },
    ...['b', 'c', 'd', 'e'].map((name) => fault(name, measure('shared'))),
  ];
  const outcomes: Outcome[] = [];
  await runFaults(faults, { ...OPTIONS, jobs: 2, onOutcome: (one) => void outcomes.push(one) });
  assert.equal(outcomes.length, 5);
  assert.deepEqual(most, { shared: 2, alone: 1 });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Drill, type DrillContext, SkipDrill } from './drill.ts';
import { addUp, describeOutcome, isPassed, summarize, toData } from './report.ts';
import { runDrill, runDrills, type Outcome } from './run-drills.ts';
import type { Verdict } from './verdict.ts';

const VERDICT: Verdict = {
  runs: 3,
  steps: 9,
  attemptsLost: 1,
  lost: [],
  dup: 0,
  breaches: [],
  wrong: [],
  mostCalls: 1,
  uncoveredCalls: [],
  serverErrors: [],
  deaths: [],
  readyStepMs: 1200,
  takeoverMs: 0,
  queuedRunMs: 50,
};
const OPTIONS = {
  seed: 7,
  full: false,
  programDir: '',
  searchPath: '',
  interrupted: new Promise<never>(() => {}),
};

async function measure({ checks }: DrillContext): Promise<void> {
  checks.atMost('back after', 0.3, 5, 's');
  checks.rows(VERDICT, { stuckMs: 20_000 });
  checks.note('3 runs');
  checks.killed(3);
}

function drill(name: string, run: Drill['run'] = measure): Drill {
  return { name, what: 'breaks', limits: 'LOST 0', run };
}

test('an outcome is one line with figures and limit, plus a line per miss', async () => {
  const good = await runDrill(drill('good'), OPTIONS);
  assert.deepEqual(describeOutcome(good), [
    '✔ good: LOST 0 DUP 0 STUCK 1.2 s FX 1, back after 0.3 s, 3 runs (0 s) [LOST 0]',
  ]);
  const bad = await runDrill(
    drill('bad', async ({ checks }) => checks.that(false, 'it did not hold')),
    OPTIONS,
  );
  assert.deepEqual(describeOutcome(bad).slice(1), ['    it did not hold']);
  assert.deepEqual([good, bad].map(isPassed), [true, false]);
  assert.equal(addUp([good, bad]), 'LOST 0, DUP 0, 3 kills');
  const [data] = JSON.parse(JSON.stringify(toData([good])));
  assert.deepEqual(data.result.figures.slice(0, 2), [
    { name: 'back after', value: 0.3, unit: 's', limit: '<= 5.0 s' },
    { name: 'LOST', value: 0, unit: 'count', limit: '0' },
  ]);
  assert.deepEqual([data.name, data.limits, data.kind], ['good', 'LOST 0', 'done']);
});

test('a drill that throws fails, SkipDrill skips it, and clean-ups run in both cases', async () => {
  const cleaned: string[] = [];
  const broken = await runDrill(
    drill('broken', async ({ defer }) => {
      defer(() => void cleaned.push('first'));
      defer(() => void cleaned.push('second'));
      throw new Error('no server', { cause: new Error('port taken') });
    }),
    OPTIONS,
  );
  const skipped = await runDrill(
    drill('skipped', async () => {
      throw new SkipDrill('no mount');
    }),
    OPTIONS,
  );
  assert.deepEqual(cleaned, ['second', 'first']);
  assert.match(describeOutcome(broken).join(), /stopped with an error .*no server: port taken/);
  assert.deepEqual(describeOutcome(skipped), ['- skipped: skipped, no mount']);
  assert.deepEqual([broken, skipped].map(isPassed), [false, true]);
  assert.deepEqual(summarize([broken, skipped]), [
    'failed: broken',
    'skipped: skipped',
    '0 passed, 1 failed, 1 skipped',
  ]);
  assert.equal(addUp([broken, skipped]), '0 kills', 'no sum without a measurement');
  assert.match(JSON.stringify(toData([broken])), /"error":"no server"/);
});

test('an interrupted drill rejects after its clean-ups', async () => {
  let cleaned = false;
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  const endless = drill('endless', ({ defer }) => {
    defer(() => void (cleaned = true));
    reject(new Error('interrupted by SIGINT'));
    return new Promise(() => {});
  });
  await assert.rejects(runDrill(endless, { ...OPTIONS, interrupted }), /interrupted by SIGINT/);
  assert.ok(cleaned);
});

test('drills with `alone` run alone, and the others share the jobs', async () => {
  let running = 0;
  const most = { shared: 0, alone: 0 };
  const count = (kind: keyof typeof most) => async () => {
    running += 1;
    most[kind] = Math.max(most[kind], running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  };
  const drills = [
    { ...drill('a', count('alone')), alone: true },
    ...['b', 'c', 'd', 'e'].map((name) => drill(name, count('shared'))),
  ];
  const outcomes: Outcome[] = [];
  await runDrills(drills, { ...OPTIONS, jobs: 2, onOutcome: (one) => void outcomes.push(one) });
  assert.equal(outcomes.length, 5);
  assert.deepEqual(most, { shared: 2, alone: 1 });
});

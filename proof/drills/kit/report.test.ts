import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChecks } from './checks.ts';
import type { Drill, DrillContext } from './drill.ts';
import { SkipDrill } from './errors.ts';
import { addUp, describeOutcome, isGreen, isPassed, summarize, toData } from './report.ts';
import { runDrill, runDrills, type Outcome } from './run-drills.ts';
import type { Verdict } from '../../oracles/verdict.ts';

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
  const good = await runDrill(drill('good'), OPTIONS);
  assert.deepEqual(
    [[good, skipped], [skipped], [good, broken]].map((outcomes) => isGreen(outcomes)),
    [true, false, false],
  );
  assert.deepEqual(summarize([skipped]).slice(0, -1), ['skipped: skipped', 'failed: no drill ran']);
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

function missesOf(verdict: Partial<Verdict>, limits: { stuckMs?: number; fx?: number } = {}) {
  const checks = createChecks();
  checks.rows({ ...VERDICT, ...verdict }, limits);
  return checks.result().misses;
}

test('rows within their limits give figures and no miss', () => {
  const checks = createChecks();
  checks.rows({ ...VERDICT, takeoverMs: 11_000, mostCalls: 2 }, { stuckMs: 20_000, fx: 2 });
  checks.killed(4);
  const { figures, misses, kills } = checks.result();
  assert.deepEqual(
    figures.map(({ name, value, limit }) => [name, value, limit]),
    [
      ['LOST', 0, '0'],
      ['DUP', 0, '0'],
      ['STUCK', 11, '<= 20.0 s'],
      ['FX', 2, '<= 2'],
    ],
  );
  assert.deepEqual([misses, kills], [[], 4]);
});

test('each oracle can miss', () => {
  assert.match(missesOf({ lost: ['r1'] }).join(), /lost: run r1/);
  assert.match(missesOf({ dup: 1 }).join(), /DUP 1/);
  assert.match(missesOf({ dup: -1 }).join(), /DUP -1/);
  const breach = { rule: 'result_recorded_twice', runId: 'r1', step: 'a', detail: 'x' };
  assert.match(missesOf({ dup: 1, breaches: [breach] }).join(), /result_recorded_twice: run r1/);
  const wrong = { runId: 'r1', step: 'a', fault: 'started before b ended' };
  assert.match(missesOf({ wrong: [wrong] }).join(), /started before b ended/);
  assert.match(
    missesOf({ uncoveredCalls: ['r1-a--1'] }).join(),
    /more calls than attempts: r1-a--1/,
  );
  assert.match(missesOf({ serverErrors: ['GET /: 500'] }).join(), /API error: GET/);
  const death = 'worker-2 ended unexpectedly with code 1: TypeError: …';
  assert.deepEqual(missesOf({ deaths: [death] }), [death]);
});

test('STUCK and FX miss only if they have a limit', () => {
  assert.deepEqual(missesOf({ takeoverMs: 30_000, mostCalls: 9 }), []);
  assert.match(missesOf({ takeoverMs: 20_001 }, { stuckMs: 20_000 }).join(), /STUCK 20\.0 s/);
  assert.match(missesOf({ readyStepMs: 21_000 }, { stuckMs: 20_000 }).join(), /STUCK 21\.0 s/);
  assert.match(missesOf({ queuedRunMs: 22_000 }, { stuckMs: 20_000 }).join(), /STUCK 22\.0 s/);
  assert.match(missesOf({ mostCalls: 3 }, { fx: 2 }).join(), /FX 3, limit <= 2/);
});

test('a figure at its limit passes; a figure beyond it, or NaN, is a miss', () => {
  const checks = createChecks();
  checks.atMost('in time', 5, 5, 's');
  checks.atLeast('rate', 0.9, 0.9, 'share');
  assert.deepEqual(checks.result().misses, []);
  checks.atMost('late', 5.2, 5, 's');
  checks.atLeast('slow', 0.85, 0.9, 'share');
  checks.atMost('never', Number.NaN, 5, 's');
  checks.atLeast('no rate', Number.NaN, 0.9, 'share');
  checks.that(false, 'it did not hold');
  assert.deepEqual(checks.result().misses, [
    'late 5.2 s, limit <= 5.0 s',
    'slow 85.0 %, limit >= 90.0 %',
    'never NaN s, limit <= 5.0 s',
    'no rate NaN %, limit >= 90.0 %',
    'it did not hold',
  ]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChecks } from '../drill/checks.ts';
import type { AlertDrill } from './drill.ts';
import { type AlertSeries, evaluationMs } from './history.ts';
import {
  describe,
  expectedTimes,
  isQuiet,
  listActive,
  listBeside,
  listFired,
  listPagesBeside,
  listUndeclared,
  type Seen,
} from './judge.ts';
import type { Arrival } from './receiver.ts';
import { type Course, describeTimes } from './report.ts';
import { judgeDrill } from './verdict.ts';

function series(
  alert: string,
  state: AlertSeries['state'],
  [from, to]: [number, number],
  labels = {},
): AlertSeries {
  const seconds = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return { alert, state, labels, at: seconds.map((second) => second * 1000) };
}

function arrival(
  second: number,
  status: Arrival['status'],
  alert: string,
  labels: Arrival['labels'],
): Arrival {
  return { at: second * 1000, status, alert, labels };
}

/** Sixty seconds; a worker is down from second 20 to 40. */
const HISTORY = [
  series('Watchdog', 'firing', [0, 60]),
  series('NoWorkerUp', 'pending', [22, 26], { job: 'worker' }),
  series('NoWorkerUp', 'firing', [27, 41], { job: 'worker' }),
  series('TargetDown', 'firing', [30, 60], { job: 'worker', severity: 'ticket' }),
  series('LlmErrors', 'pending', [50, 52], { provider: 'openai' }),
];
const ARRIVALS: readonly Arrival[] = [
  arrival(29, 'firing', 'NoWorkerUp', { job: 'worker', severity: 'page' }),
  arrival(35, 'firing', 'TargetDown', { job: 'worker', severity: 'ticket' }),
  arrival(42, 'resolved', 'NoWorkerUp', { job: 'worker', severity: 'page' }),
];
const SEEN = { history: HISTORY, arrivals: ARRIVALS };
const DRILL = { name: 'd', what: '', fires: [{ alert: 'NoWorkerUp' }] };

function judge(drill: AlertDrill, seen: Seen, times: Course, shorter: number) {
  const checks = createChecks();
  const measured = judgeDrill(checks, drill, seen, times, shorter);
  return { measured, misses: checks.result().misses };
}

test('a rule is pending, fires, arrives and resolves', () => {
  const [times] = expectedTimes(DRILL, SEEN, 20_000);
  assert.deepEqual(times, {
    rule: 'NoWorkerUp',
    severity: 'page',
    pendingAt: 22_000,
    firingAt: 27_000,
    arrivedAt: 29_000,
    resolvedAt: 42_000,
  });
  assert.equal(
    describeTimes(times!, { brokenAt: 20_000, mendedAt: 40_000 }),
    'NoWorkerUp pending 2.0 s, firing 7.0 s, arrived 9.0 s, resolved 2.0 s',
  );
});

test('an alert that still fires has not resolved, and a pending one has not fired', () => {
  const fires = [{ alert: 'TargetDown' }, { alert: 'LlmErrors' }];
  const times = { brokenAt: 20_000, mendedAt: 40_000 };
  const lines = expectedTimes({ fires }, SEEN).map((rule) => describeTimes(rule, times));
  assert.deepEqual(lines, [
    'TargetDown pending -, firing 10.0 s, arrived 15.0 s, resolved -',
    'LlmErrors pending 30.0 s, firing -, arrived -, resolved -',
  ]);
});

test('a name with several rules expects each of them', () => {
  const history = [series('RunSuccessBurn', 'firing', [5, 9], { window: '6h' })];
  const times = expectedTimes({ fires: [{ alert: 'RunSuccessBurn' }] }, { history, arrivals: [] });
  assert.deepEqual(
    times.map(({ rule, firingAt }) => [rule, firingAt]),
    [
      ['RunSuccessBurn 1h', null],
      ['RunSuccessBurn 6h', 5000],
      ['RunSuccessBurn 1d', null],
      ['RunSuccessBurn 3d', null],
    ],
  );
});

test('a label can select one of several rules', () => {
  const fires = [{ alert: 'QueueTimeBurn', labels: { window: '1h' } }];
  assert.deepEqual(
    expectedTimes({ fires }, SEEN).map(({ rule, severity }) => [rule, severity]),
    [['QueueTimeBurn 1h', 'page']],
  );
});

test('other alerts must be declared, with their labels', () => {
  const undeclared = (also: { alert: string; labels?: Record<string, string> }[]) =>
    listUndeclared({ ...DRILL, also }, HISTORY);
  assert.deepEqual(undeclared([]), ['TargetDown{job="worker"}']);
  assert.deepEqual(undeclared([{ alert: 'TargetDown', labels: { job: 'api' } }]), [
    'TargetDown{job="worker"}',
  ]);
  assert.deepEqual(undeclared([{ alert: 'TargetDown' }]), []);
  assert.deepEqual(listBeside(DRILL, HISTORY), ['TargetDown']);
});

test('lists alerts that fired before the fault', () => {
  assert.deepEqual(listFired(HISTORY, 20_000), []);
  assert.deepEqual(listFired(HISTORY, 28_000), ['NoWorkerUp{job="worker"}']);
});

test('an alert is active if the last evaluations of Prometheus have it', () => {
  const active = (withinMs?: number) =>
    listActive(HISTORY, {
      states: ['pending', 'firing'],
      ...(withinMs !== undefined && { withinMs }),
    }).map(describe);
  assert.deepEqual(active(), ['TargetDown{job="worker"}']);
  assert.deepEqual(active(10_000), ['TargetDown{job="worker"}', 'LlmErrors{provider="openai"}']);
});

test('it is quiet if nothing fires and no alert of the drill is pending', () => {
  const until = (alert: string, state: AlertSeries['state']) => [
    HISTORY[0]!,
    series(alert, state, [50, 59]),
  ];
  assert.equal(isQuiet(DRILL, until('LlmErrors', 'pending'), 3000), true);
  assert.equal(isQuiet(DRILL, until('LlmErrors', 'firing'), 3000), false);
  assert.equal(isQuiet(DRILL, until('NoWorkerUp', 'pending'), 3000), false);
  const resolved = [HISTORY[0]!, series('NoWorkerUp', 'firing', [50, 52])];
  assert.equal(isQuiet(DRILL, resolved, 3000), true);
  assert.equal(isQuiet(DRILL, resolved, 12_000), false);
});

test('a drill misses if an alert does not fire, is not declared, or does not resolve', () => {
  const times = { brokenAt: 20_000, mendedAt: 40_000 };
  const missesOf = (drill: AlertDrill, history = HISTORY, course = times) =>
    judge(drill, { ...SEEN, history }, course, 60).misses;
  assert.deepEqual(missesOf({ ...DRILL, fires: [{ alert: 'NoApiUp' }, { alert: 'NoWorkerUp' }] }), [
    'NoApiUp did not fire',
    'TargetDown{job="worker"} fired, and the drill does not list it in fires or also',
    'TargetDown{job="worker"} did not resolve',
  ]);
  const quiet = HISTORY.filter(({ alert }) => alert !== 'TargetDown');
  assert.deepEqual(missesOf(DRILL, quiet), []);
  assert.deepEqual(missesOf(DRILL, quiet, { ...times, brokenAt: 30_000 }), [
    'NoWorkerUp{job="worker"} fired before the fault',
  ]);
});

test('with the shipped rules, a hard failure must reach the receiver within its limit', () => {
  const quiet = HISTORY.filter(({ alert }) => alert !== 'TargetDown');
  const judgeHard = (brokenAt: number, shorter: number, arrivals = ARRIVALS) => {
    const hard = { ...DRILL, hard: true };
    return judge(hard, { history: quiet, arrivals }, { brokenAt, mendedAt: 40_000 }, shorter);
  };
  assert.deepEqual(judgeHard(20_000, 1).misses, []);
  assert.deepEqual(judgeHard(-100_000, 1).misses, [
    'page NoWorkerUp arrived after 129.0 s, limit <= 120.0 s',
  ]);
  assert.deepEqual(judgeHard(-100_000, 60).misses, [], 'shortened rules have no limit');
  assert.equal(judgeHard(20_000, 1, []).misses.length, 1, 'no message arrived');
  assert.deepEqual(judgeHard(20_000, 1).measured, [
    {
      drill: 'd',
      rule: 'NoWorkerUp',
      severity: 'page',
      shorter: 1,
      firing: 7,
      arrived: 9,
      resolved: 2,
      pagesBeside: 0,
    },
  ]);
});

test('after a hard failure, alerts in `also` may still fire', () => {
  const drill = { ...DRILL, hard: true, also: [{ alert: 'TargetDown' }] };
  assert.equal(isQuiet({ ...drill, hard: false }, HISTORY, 3000), false);
  assert.equal(isQuiet(drill, HISTORY, 3000), true);
  const times = { brokenAt: 20_000, mendedAt: 40_000 };
  assert.deepEqual(judge(drill, SEEN, times, 1).misses, []);
});

test('counts other pages once, and only after the fault', () => {
  const fires = [{ alert: 'TargetDown' }];
  const twice = [...ARRIVALS, ...ARRIVALS];
  assert.deepEqual(listPagesBeside({ fires }, twice, 20_000), ['NoWorkerUp{job="worker"}']);
  assert.deepEqual(listPagesBeside(DRILL, twice, 20_000), []);
  assert.deepEqual(listPagesBeside({ fires }, twice, 30_000), []);
});

test('derives the evaluation interval from the watchdog', () => {
  const watchdog = { ...HISTORY[0]!, at: [0, 15_000, 30_020, 60_000] };
  assert.equal(evaluationMs([watchdog]), 15_000);
  assert.equal(evaluationMs(HISTORY), 1000);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChecks } from '../../kit/checks.ts';
import type { AlertPromise } from '../../../alert-faults/fault.ts';
import { type AlertSeries, evaluationMs } from './history.ts';
import { expectedTimes, isQuiet, judgeDrill, listActive } from './judge.ts';
import type { Arrival } from './receiver.ts';

function series(
  alert: string,
  state: AlertSeries['state'],
  [from, to]: [number, number],
  labels = {},
): AlertSeries {
  const seconds = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return { alert, state, labels, at: seconds.map((second) => second * 1000) };
}

function arrival(second: number, status: Arrival['status'], alert: string, severity: string) {
  const labels = { job: 'worker', severity };
  return { at: second * 1000, status, alert, labels, summary: `${alert} at ${second}` };
}

/** Sixty seconds; a worker is down from second 20 to 40. */
const HISTORY = [
  series('Watchdog', 'firing', [0, 60]),
  series('NoWorkerUp', 'pending', [22, 26], { job: 'worker' }),
  series('NoWorkerUp', 'firing', [27, 41], { job: 'worker' }),
  series('TargetDown', 'firing', [30, 60], { job: 'worker', severity: 'ticket' }),
  series('LlmErrors', 'pending', [50, 52], { provider: 'openai' }),
];
const WITHOUT_TARGET_DOWN = HISTORY.filter(({ alert }) => alert !== 'TargetDown');
const ARRIVALS: readonly Arrival[] = [
  arrival(29, 'firing', 'NoWorkerUp', 'page'),
  arrival(35, 'firing', 'TargetDown', 'ticket'),
  arrival(42, 'resolved', 'NoWorkerUp', 'page'),
];
const SEEN = { history: HISTORY, arrivals: ARRIVALS };
const DRILL: AlertPromise = { name: 'd', what: '', fires: [{ alert: 'NoWorkerUp' }] };

function judge(
  changes: Partial<AlertPromise>,
  { history = HISTORY, arrivals = ARRIVALS, brokenAt = 20_000 } = {},
) {
  const checks = createChecks();
  const times = { brokenAt, mendedAt: 40_000 };
  const seen = { history, arrivals };
  const measured = judgeDrill(checks, { ...DRILL, ...changes }, seen, times);
  return { measured, ...checks.result() };
}

test('a rule is pending, fires, arrives and resolves', () => {
  assert.deepEqual(expectedTimes(DRILL, SEEN, 20_000), [
    {
      rule: 'NoWorkerUp',
      severity: 'page',
      pendingAt: 22_000,
      firingAt: 27_000,
      arrivedAt: 29_000,
      text: 'NoWorkerUp at 29',
      resolvedAt: 42_000,
    },
  ]);
  assert.deepEqual(judge({}).notes, [
    'NoWorkerUp pending 2.0 s, firing 7.0 s, arrived 9.0 s, resolved 2.0 s',
    'also fired: TargetDown',
    'other pages: none',
  ]);
});

test('an alert that still fires has not resolved, and a pending one has not fired', () => {
  const { notes } = judge({ fires: [{ alert: 'TargetDown' }, { alert: 'LlmErrors' }] });
  assert.deepEqual(notes.slice(0, 2), [
    'TargetDown pending -, firing 10.0 s, arrived 15.0 s, resolved -',
    'LlmErrors pending 30.0 s, firing -, arrived -, resolved -',
  ]);
});

test('a name with several rules expects each of them; a label can select one', () => {
  const history = [series('ApiAvailabilityBurn', 'firing', [5, 9], { window: '6h' })];
  const fires: AlertPromise['fires'] = [
    { alert: 'ApiAvailabilityBurn' },
    { alert: 'QueueTimeBurn', labels: { window: '1h' } },
  ];
  assert.deepEqual(
    expectedTimes({ ...DRILL, fires }, { history, arrivals: [] }, 0).map(
      ({ rule, severity, firingAt }) => [rule, severity, firingAt],
    ),
    [
      ['ApiAvailabilityBurn 1h', 'page', null],
      ['ApiAvailabilityBurn 6h', 'page', 5000],
      ['ApiAvailabilityBurn 1d', 'ticket', null],
      ['ApiAvailabilityBurn 3d', 'ticket', null],
      ['QueueTimeBurn 1h', 'page', null],
    ],
  );
});

test('an alert is active if the last evaluations of Prometheus have it', () => {
  const active = (withinMs?: number) =>
    listActive(HISTORY, ['pending', 'firing'], withinMs).map(({ alert }) => alert);
  assert.deepEqual(active(), ['TargetDown']);
  assert.deepEqual(active(10_000), ['TargetDown', 'LlmErrors']);
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
  const undeclared =
    'TargetDown{job="worker"} fired, and the drill does not list it in fires or also';
  const unresolved = 'TargetDown{job="worker"} did not resolve';
  const fires = [{ alert: 'NoApiUp' }, { alert: 'NoWorkerUp' }];
  assert.deepEqual(judge({ fires }).misses, ['NoApiUp did not fire', undeclared, unresolved]);
  const misses = (labels?: Record<string, string>) =>
    judge({ also: [{ alert: 'TargetDown', ...(labels && { labels }) }] }).misses;
  assert.deepEqual(misses({ job: 'api' }), [undeclared, unresolved]);
  assert.deepEqual(misses(), []);
  const history = WITHOUT_TARGET_DOWN;
  assert.deepEqual(judge({}, { history }).misses, []);
  assert.deepEqual(judge({}, { history, brokenAt: 30_000 }).misses, [
    'NoWorkerUp{job="worker"} fired before the fault',
  ]);
});

test('a hard failure must reach the receiver within its limit', () => {
  const judgeHard = (brokenAt: number, arrivals = ARRIVALS) =>
    judge({ hard: true }, { history: WITHOUT_TARGET_DOWN, arrivals, brokenAt });
  assert.deepEqual(judgeHard(20_000).misses, []);
  assert.deepEqual(judgeHard(-100_000).misses, [
    'page NoWorkerUp arrived after 129.0 s, limit <= 120.0 s',
  ]);
  assert.deepEqual(judgeHard(20_000, []).misses, ['page NoWorkerUp did not arrive']);
  assert.deepEqual(judgeHard(20_000).measured, [
    {
      drill: 'd',
      rule: 'NoWorkerUp',
      severity: 'page',
      firing: 7,
      arrived: 9,
      resolved: 2,
      otherPages: 0,
    },
  ]);
});

test('alerts in `also` may still fire at the end', () => {
  const drill = { ...DRILL, also: [{ alert: 'TargetDown' }] };
  assert.equal(isQuiet(DRILL, HISTORY, 3000), false);
  assert.equal(isQuiet(drill, HISTORY, 3000), true);
  assert.deepEqual(judge(drill).misses, []);
});

test('a slow API counts like any other alert', () => {
  const slow = series('ApiLatencyBurn', 'firing', [30, 40], { window: '1h' });
  const history = [...WITHOUT_TARGET_DOWN, slow];
  assert.deepEqual(judge({}, { history }).misses, [
    'ApiLatencyBurn{window="1h"} fired, and the drill does not list it in fires or also',
  ]);
});

test('counts other pages once, and only after the fault', () => {
  const fires = [{ alert: 'TargetDown' }];
  const arrivals = [...ARRIVALS, ...ARRIVALS];
  const pagesOf = (drill: Partial<AlertPromise>, brokenAt: number) =>
    judge(drill, { arrivals, brokenAt }).notes.at(-1);
  assert.equal(pagesOf({ fires }, 20_000), 'other pages: NoWorkerUp{job="worker"}');
  assert.equal(judge({ fires }, { arrivals }).measured[0]?.otherPages, 1);
  assert.equal(pagesOf({}, 20_000), 'other pages: none');
  assert.equal(pagesOf({ fires }, 30_000), 'other pages: none');
});

test('derives the evaluation interval from the watchdog', () => {
  const watchdog = { ...HISTORY[0]!, at: [0, 15_000, 30_020, 60_000] };
  assert.equal(evaluationMs([watchdog]), 15_000);
  assert.equal(evaluationMs(HISTORY), 1000);
});

test('a fault of the night has its text beside the truth, and no other page', () => {
  const night = { firesWithin: 5, truth: '1 worker' };
  const arrivals = [...ARRIVALS, arrival(30, 'firing', 'NoApiUp', 'page')];
  const { measured, misses } = judge({ night, also: [{ alert: 'NoApiUp' }] }, { arrivals });
  assert.equal(measured[0]!.text, 'NoWorkerUp at 29');
  assert.equal(measured[0]!.truth, '1 worker');
  assert.match(misses.join('\n'), /page NoWorkerUp fired after 7\.0 s, limit <= 5\.0 s/);
  assert.match(misses.join('\n'), /d: other pages: NoApiUp/);
});

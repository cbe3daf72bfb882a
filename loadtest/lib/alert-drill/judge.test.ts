import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlertDrill } from './drill.ts';
import type { AlertSeries } from './history.ts';
import {
  describe,
  expectedTimes,
  isQuiet,
  listActive,
  listBeside,
  listFired,
  listUndeclared,
} from './judge.ts';
import { describeTimes } from './report.ts';
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

/** Sixty seconds; a worker is away from second 20 to 40. */
const HISTORY = [
  series('Watchdog', 'firing', [0, 60]),
  series('NoWorkerUp', 'pending', [22, 26], { job: 'worker' }),
  series('NoWorkerUp', 'firing', [27, 41], { job: 'worker' }),
  series('TargetDown', 'firing', [30, 60], { job: 'worker', severity: 'ticket' }),
  series('LlmErrors', 'pending', [50, 52], { provider: 'openai' }),
];
const DRILL = { name: 'd', what: '', fires: [{ alert: 'NoWorkerUp' }] };

test('a rule is pending, fires and resolves at its first and last evaluation', () => {
  const [times] = expectedTimes(DRILL, HISTORY, 20_000);
  assert.deepEqual(times, {
    rule: 'NoWorkerUp',
    pendingAt: 22_000,
    firingAt: 27_000,
    lastAt: 41_000,
    isActive: false,
  });
  assert.equal(
    describeTimes(times!, { brokenAt: 20_000, mendedAt: 40_000 }),
    'NoWorkerUp pending 2.0 s, firing 7.0 s, resolved 2.0 s',
  );
});

test('one that goes on has not resolved, one that was only pending has not fired', () => {
  const fires = [{ alert: 'TargetDown' }, { alert: 'LlmErrors' }];
  const times = { brokenAt: 20_000, mendedAt: 40_000 };
  const lines = expectedTimes({ fires }, HISTORY).map((rule) => describeTimes(rule, times));
  assert.deepEqual(lines, [
    'TargetDown pending -, firing 10.0 s, resolved -',
    'LlmErrors pending 30.0 s, firing -, resolved -',
  ]);
});

test('a name with several rules stands for each of them', () => {
  const history = [series('RunSuccessBurn', 'firing', [5, 9], { window: '6h' })];
  const times = expectedTimes({ fires: [{ alert: 'RunSuccessBurn' }] }, history);
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

test('what fires beside must be declared, with its labels', () => {
  const undeclared = (also: { alert: string; labels?: Record<string, string> }[]) =>
    listUndeclared({ ...DRILL, also }, HISTORY);
  assert.deepEqual(undeclared([]), ['TargetDown{job="worker"}']);
  assert.deepEqual(undeclared([{ alert: 'TargetDown', labels: { job: 'api' } }]), [
    'TargetDown{job="worker"}',
  ]);
  assert.deepEqual(undeclared([{ alert: 'TargetDown' }]), []);
  assert.deepEqual(listBeside(DRILL, HISTORY), ['TargetDown']);
});

test('what fired while all was well is told', () => {
  assert.deepEqual(listFired(HISTORY, 20_000), []);
  assert.deepEqual(listFired(HISTORY, 28_000), ['NoWorkerUp{job="worker"}']);
});

test('active is what was there at the last evaluations, by the clock of Prometheus', () => {
  const active = (withinMs?: number) =>
    listActive(HISTORY, {
      states: ['pending', 'firing'],
      ...(withinMs !== undefined && { withinMs }),
    }).map(describe);
  assert.deepEqual(active(), ['TargetDown{job="worker"}']);
  assert.deepEqual(active(10_000), ['TargetDown{job="worker"}', 'LlmErrors{provider="openai"}']);
});

test('quiet is when nothing fires, and nothing of the drill is about to', () => {
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

test('a drill objects to what did not fire, was not declared, did not resolve', () => {
  const times = { brokenAt: 20_000, mendedAt: 40_000 };
  const missesOf = (drill: AlertDrill) => judgeDrill(drill, HISTORY, times).result().misses;
  assert.deepEqual(missesOf({ ...DRILL, fires: [{ alert: 'NoApiUp' }, { alert: 'NoWorkerUp' }] }), [
    'NoApiUp did not fire',
    'TargetDown{job="worker"} fired and is no consequence that the drill declares',
    'TargetDown{job="worker"} did not resolve',
  ]);
  const quiet = HISTORY.filter(({ alert }) => alert !== 'TargetDown');
  assert.deepEqual(judgeDrill(DRILL, quiet, times).result().misses, []);
  assert.deepEqual(judgeDrill(DRILL, quiet, { ...times, brokenAt: 30_000 }).result().misses, [
    'NoWorkerUp{job="worker"} fired while all was well',
  ]);
});

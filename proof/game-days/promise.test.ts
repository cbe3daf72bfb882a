import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULTS, findFault } from '../alert-faults/all.ts';
import { alertEvents, wrongAlerts } from './line.ts';
import { promiseOf } from './promise.ts';
import { asJudged, judgeGame } from './verdict.ts';

const second = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => (from + index) * 1000);
const HISTORY = [
  { alert: 'Watchdog', state: 'firing', labels: {}, at: second(10, 400) },
  { alert: 'NoWorkerUp', state: 'pending', labels: { job: 'worker' }, at: second(30, 89) },
  {
    alert: 'NoWorkerUp',
    state: 'firing',
    labels: { job: 'worker', severity: 'page' },
    at: second(90, 200),
  },
] as const;
const ARRIVALS = [
  {
    at: 100_000,
    status: 'firing',
    alert: 'NoWorkerUp',
    labels: { job: 'worker', severity: 'page' },
    summary: '',
  },
] as const;
const PLAYED = {
  fault: findFault('no-worker'),
  seen: { history: HISTORY, arrivals: ARRIVALS },
  brokenAt: 10_000,
  mendedAt: 110_000,
  rows: { accepted: 400, lost: 0, doubled: 0 },
  undelivered: '',
  errors: [],
  missingMinutes: 0,
  affected: 'a-run',
};

test('at least eight faults promise an alert, within the limits of its severity', () => {
  const promises = FAULTS.map((fault) => promiseOf(fault));
  const alerting = promises.filter(({ alerts }) => alerts.length > 0);
  assert.ok(alerting.length >= 8, `${alerting.length} promise an alert`);
  for (const { severity, withinSeconds, alert } of promises.flatMap(({ alerts }) => alerts)) {
    const limit = severity === 'page' ? 120 : 300;
    assert.ok(withinSeconds <= limit, `${alert} fires within ${withinSeconds} s`);
  }
});

test('a kept promise has its times and links', () => {
  const { links, ...verdict } = judgeGame(PLAYED);
  assert.deepEqual(verdict, {
    isKept: true,
    misses: [],
    skipped: [],
    accepted: 400,
    lost: 0,
    doubled: 0,
    detect: 80,
    deliver: 90,
    recover: 91,
    missingMinutes: 0,
  });
  assert.deepEqual(links[0], { what: 'trace', path: '/runs/a-run?tab=trace' });
  assert.deepEqual(links[3], { what: 'runbook', path: '/health/alerts?alert=NoWorkerUp' });
});

test('a late or undelivered alert, a wrong one, and lost runs break the promise', () => {
  const missesOf = (changes: Partial<typeof PLAYED>) => judgeGame({ ...PLAYED, ...changes }).misses;
  assert.deepEqual(missesOf({ brokenAt: -40_000 }), [
    'page NoWorkerUp fired after 130.0 s, limit <= 120.0 s',
  ]);
  assert.deepEqual(missesOf({ seen: { history: HISTORY, arrivals: [] as never } }), [
    'Alertmanager delivered nothing',
  ]);
  assert.deepEqual(missesOf({ rows: { accepted: 400, lost: 2, doubled: 1 } }), [
    '2 accepted runs are lost',
    '1 runs or steps are doubled',
  ]);
  const wrong = { alert: 'StuckRuns', state: 'firing', labels: {}, at: second(40, 50) } as const;
  assert.deepEqual(
    missesOf({ seen: { history: [...HISTORY, wrong] as never, arrivals: ARRIVALS } }),
    ['StuckRuns fired, and the drill does not list it in fires or also'],
  );
  assert.deepEqual(wrongAlerts(asJudged(PLAYED.fault), [...HISTORY, wrong]), ['StuckRuns']);
});

test('an alert that has just begun to fire is not over, although other rules were evaluated later', () => {
  const history = [
    { alert: 'Watchdog', state: 'firing', labels: {}, at: [30_000] },
    { alert: 'NoWorkerUp', state: 'firing', labels: {}, at: [20_000] },
  ] as const;
  const line = alertEvents({ history, arrivals: [] }, 10_000);
  assert.deepEqual(
    line.map(({ kind }) => kind),
    ['firing'],
  );
});

test('the line has each alert from pending to resolved', () => {
  const line = alertEvents(PLAYED.seen, PLAYED.brokenAt);
  assert.deepEqual(
    line.map(({ kind, seconds }) => [kind, seconds]),
    [
      ['pending', 20],
      ['firing', 80],
      ['delivered', 90],
      ['resolved', 190],
    ],
  );
});

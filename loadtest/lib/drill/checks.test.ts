import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from './verdict.ts';
import { createChecks } from './checks.ts';

const GOOD: Verdict = {
  runs: 3,
  steps: 9,
  attemptsLost: 1,
  lost: [],
  dup: 0,
  breaches: [],
  wrong: [],
  mostCalls: 2,
  uncoveredCalls: [],
  serverErrors: [],
  deaths: [],
  readyStepMs: 100,
  takeoverMs: 11_000,
  queuedRunMs: 50,
};

function missesOf(verdict: Partial<Verdict>, limits: { stuckMs?: number; fx?: number } = {}) {
  const checks = createChecks();
  checks.rows({ ...GOOD, ...verdict }, limits);
  return checks.result().misses;
}

test('rows within their limits give figures and no miss', () => {
  const checks = createChecks();
  checks.rows(GOOD, { stuckMs: 20_000, fx: 2 });
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

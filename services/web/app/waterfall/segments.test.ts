import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Step } from '../../shared/api.ts';
import { at, attemptOf, stepOf } from '../../test/samples.ts';
import {
  drawnMarks,
  firstTokenMs,
  lacksAttempts,
  segmentsOf,
  stepTimes,
  withAttempts,
} from './segments.ts';

const start = Date.parse(at(0));

const failed = attemptOf(1, [0, 10, 100], { status: 'failed' });

/** `phase#attempt from-to`, with `…` where it still grows. */
function drawn(step: Step, nowMs = 10_000): string[] {
  return segmentsOf(step, start + nowMs).map(
    ({ phase, attempt, startMs, endMs, isOpen }) =>
      `${phase}#${attempt} ${startMs - start}-${isOpen ? '…' : ''}${endMs - start}`,
  );
}

test('a step that has not become ready has no bars', () => {
  assert.deepEqual(drawn(stepOf('a')), []);
});

test('queue time, then execution', () => {
  const attempts = [attemptOf(1, [0, 100, 400])];
  assert.deepEqual(drawn(stepOf('a', { status: 'succeeded', attempt: 1, attempts })), [
    'queue#1 0-100',
    'execution#1 100-400',
  ]);
});

test('a step that no lane serves does not queue, unless the run does', () => {
  const attempts = [attemptOf(1, [0, 100, 400])];
  const inline = { queues: false, status: 'succeeded', attempt: 1, attempts } as const;
  const first = (step: Partial<Step>) => drawn(stepOf('a', { ...inline, ...step }))[0];
  assert.equal(first({ needs: ['b'] }), 'engine#1 0-100');
  assert.equal(first({ iteration: 3 }), 'engine#1 0-100');
  assert.equal(first({ needs: [] }), 'queue#1 0-100');
});

test('a running step reaches to now, even if this clock is behind', () => {
  const attempts = [attemptOf(1, [0, 100, null])];
  const step = stepOf('a', { status: 'running', attempt: 1, attempts });
  assert.deepEqual(drawn(step, 700), ['queue#1 0-100', 'execution#1 100-…700']);
  assert.deepEqual(drawn(step, 50), ['queue#1 0-100', 'execution#1 100-…100']);
});

test('every attempt is drawn, with the pause between two', () => {
  const attempts = [failed, attemptOf(2, [300, 320, 400])];
  assert.deepEqual(drawn(stepOf('a', { status: 'succeeded', attempt: 2, attempts })), [
    'queue#1 0-10',
    'execution#1 10-100',
    'backoff#1 100-300',
    'queue#2 300-320',
    'execution#2 320-400',
  ]);
});

test('the pause before an attempt that has not begun grows', () => {
  const step = stepOf('a', { status: 'waiting', attempt: 1, attempts: [failed] });
  assert.deepEqual(drawn(step, 500), ['queue#1 0-10', 'execution#1 10-100', 'backoff#1 100-…500']);
});

test('a step that runs another workflow waits for it, or pauses before the next try', () => {
  const waiting = { awaits: 'child', status: 'waiting', attempt: 1 } as const;
  const open = stepOf('a', { ...waiting, attempts: [attemptOf(1, [0, 10, null])] });
  assert.deepEqual(drawn(open, 500), ['queue#1 0-10', 'wait#1 10-…500']);
  const waitingFor = { reason: 'retry', attempt: 2, of: 3, at: at(0) } as const;
  const paused = stepOf('a', { ...waiting, waitingFor, attempts: [failed] });
  assert.deepEqual(drawn(paused, 500), ['queue#1 0-10', 'wait#1 10-100', 'backoff#1 100-…500']);
});

test('delays and approvals wait, they do not execute', () => {
  const attempts = [attemptOf(1, [0, 10, null])];
  const step = stepOf('a', { awaits: 'approval', status: 'waiting', attempt: 1, attempts });
  assert.deepEqual(drawn(step, 500), ['queue#1 0-10', 'wait#1 10-…500']);
});

test('work that took almost no time is still drawn', () => {
  const attempts = [attemptOf(1, [10, 10, 10])];
  const step = stepOf('a', { kind: 'transform', status: 'succeeded', attempt: 1, attempts });
  assert.deepEqual(drawn(step, 500), ['execution#1 10-10']);
});

test('a ready step queues, and one cancelled before it began stops there', () => {
  assert.deepEqual(drawn(stepOf('a', { status: 'ready', readyAt: at(5) }), 50), ['queue#1 5-…50']);
  const cancelled = stepOf('a', { status: 'cancelled', readyAt: at(5), finishedAt: at(30) });
  assert.deepEqual(drawn(cancelled, 50), ['queue#1 5-30']);
});

test('a start known only from an event is drawn from the step', () => {
  const step = stepOf('a', { status: 'running', attempt: 1, readyAt: at(0), startedAt: at(20) });
  assert.deepEqual(drawn(step, 50), ['queue#1 0-20', 'execution#1 20-…50']);
});

test('the next attempt queues before it has begun', () => {
  const times = { readyAt: at(300), startedAt: at(10), finishedAt: at(100) };
  const step = stepOf('a', { status: 'ready', attempt: 1, attempts: [failed], ...times });
  assert.deepEqual(drawn(step, 500), [
    'queue#1 0-10',
    'execution#1 10-100',
    'backoff#1 100-300',
    'queue#2 300-…500',
  ]);
});

test('an execution says how long it waited for the first token of a model', () => {
  const waited = (ms: unknown, finished: number | null = 1000): (number | null)[] => {
    const attempts = [attemptOf(1, [0, 100, finished], { usage: { timeToFirstTokenMs: ms } })];
    const step = stepOf('a', { status: 'succeeded', attempt: 1, attempts });
    return segmentsOf(step, start + 5000).map(firstTokenMs);
  };
  assert.deepEqual(waited(400), [null, 400]);
  assert.deepEqual(waited(null), [null, null]);
  assert.deepEqual(waited(900), [null, null], 'nothing was streamed after it');
});

const first = attemptOf(1, [0, 10, 113], { status: 'failed' });

test('a retried step took from ready to its last end; its executions add up', () => {
  const attempts = [first, attemptOf(2, [313, 320, 385])];
  const step = stepOf('a', { status: 'succeeded', attempt: 2, attempts, executionMs: 65 });
  const times = { tookMs: 385, queueMs: 17, engineMs: null, executionMs: 168, backoffMs: 200 };
  assert.deepEqual(stepTimes(step, start + 9000), times);
});

test('of a step whose first attempts are left out, only the whole time is known', () => {
  const attempts = [
    attemptOf(9, [800, 810, 890], { status: 'failed' }),
    attemptOf(10, [900, 910, 990]),
  ];
  const step = stepOf('a', { status: 'succeeded', attempt: 10, firstReadyAt: at(0), attempts });
  assert.equal(lacksAttempts(step), true);
  const unknown = { queueMs: null, engineMs: null, executionMs: null, backoffMs: null };
  assert.deepEqual(stepTimes(step, start + 2000), { tookMs: 990, ...unknown });
  assert.equal(drawn(step).length, 5);
  const fetched = [attemptOf(1, [0, 10, 790], { status: 'failed' }), ...attempts].slice(0, 2);
  const whole = withAttempts({ ...step, attempts }, fetched);
  assert.deepEqual(
    whole.attempts.map(({ number }) => number),
    [1, 9, 10],
  );
  assert.equal(withAttempts(stepOf('b'), fetched).attempts.length, 0);
});

test('open times count to now', () => {
  const waitingFor = { reason: 'retry', attempt: 2, of: 3, at: at(313) } as const;
  const retrying = stepOf('a', { status: 'waiting', attempt: 1, attempts: [first], waitingFor });
  const times = { tookMs: 213, queueMs: 10, engineMs: null, executionMs: 103, backoffMs: 100 };
  assert.deepEqual(stepTimes(retrying, start + 213), times);
});

test('a step takes time from the moment it is ready, unless it is skipped', () => {
  const none = { tookMs: null, queueMs: null, engineMs: null, executionMs: null, backoffMs: null };
  assert.deepEqual(stepTimes(stepOf('a'), start), none);
  const ready = stepOf('a', { status: 'ready', readyAt: at(0) });
  assert.deepEqual(stepTimes(ready, start + 50), { ...none, tookMs: 50, queueMs: 50 });
  const skipped = stepOf('a', { status: 'skipped', readyAt: at(0), finishedAt: at(30) });
  assert.deepEqual(stepTimes(skipped, start + 50), none);
});

test('the legend has only marks that a bar has', () => {
  assert.deepEqual([...drawnMarks([stepOf('a')])], []);
  const usage = { timeToFirstTokenMs: 40 };
  const attempts = [
    attemptOf(1, [0, 10, 90], { status: 'failed' }),
    attemptOf(2, [200, 200, 300], { usage }),
  ];
  const step = stepOf('a', { status: 'succeeded', attempt: 2, attempts });
  const marks = [...drawnMarks([step])].toSorted();
  assert.deepEqual(marks, ['backoff', 'failed', 'firstToken', 'queue', 'succeeded']);
  const running = [attemptOf(1, [0, 0, null])];
  const open = stepOf('b', { status: 'running', attempt: 1, attempts: running });
  assert.deepEqual([...drawnMarks([open])], ['running']);
});

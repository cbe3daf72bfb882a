import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decidingWait,
  type LaneFacts,
  WAIT_RANKS,
  type Waiting,
  type WaitingStep,
  waitInLane,
  waitOfStep,
} from './waiting.ts';

const DUE = new Date('2026-11-25T18:00:00Z');
const LANE: LaneFacts = { lane: 'http', workers: 2, slots: 64, busy: 64, paused: null };

test('a ready step has the most important reason', () => {
  const since = new Date(0);
  const paused = { by: 'ada', since, pauseReason: 'maintenance' };
  assert.deepEqual(waitInLane({ ...LANE, workers: 0, paused }, 0), {
    reason: 'lane_paused',
    lane: 'http',
    by: 'ada',
    since,
    pauseReason: 'maintenance',
  });
  assert.deepEqual(waitInLane({ ...LANE, workers: 0 }, 0), { reason: 'no_worker', lane: 'http' });
  assert.deepEqual(waitInLane(LANE, 2), {
    reason: 'slots_busy',
    lane: 'http',
    slots: 64,
    busy: 64,
    position: 2,
  });
  assert.deepEqual(waitInLane({ ...LANE, busy: 63 }, 0), {
    reason: 'dispatch',
    lane: 'http',
    position: 0,
  });
});

const STEP: WaitingStep = {
  kind: 'delay',
  status: 'waiting',
  attempt: 1,
  crashes: 0,
  maxAttempts: 1,
  isBetweenAttempts: false,
  dueAt: DUE,
  approval: null,
  event: null,
  child: null,
};

test('a waiting step has the reason of its kind, or a retry between attempts', () => {
  assert.deepEqual(waitOfStep(STEP), { reason: 'delay', until: DUE });
  const approval = { id: 'a', role: 'admin', user: null };
  assert.deepEqual(waitOfStep({ ...STEP, kind: 'approval', approval, dueAt: null }), {
    reason: 'approval',
    approvalId: 'a',
    role: 'admin',
    user: null,
    until: null,
  });
  const event = { name: 'order.paid', key: '42' };
  assert.deepEqual(waitOfStep({ ...STEP, kind: 'wait', event }), {
    reason: 'event',
    ...event,
    until: DUE,
  });
  const child = { id: 'c', status: 'running' } as const;
  assert.deepEqual(waitOfStep({ ...STEP, kind: 'workflow', child }), {
    reason: 'child',
    runId: 'c',
    until: DUE,
  });
  const retried = { ...STEP, kind: 'workflow', child, isBetweenAttempts: true, maxAttempts: 4 };
  assert.deepEqual(waitOfStep({ ...retried, attempt: 3, crashes: 1 }), {
    reason: 'retry',
    attempt: 3,
    of: 4,
    at: DUE,
  });
});

test('an ended wait has no reason', () => {
  assert.equal(waitOfStep({ ...STEP, kind: 'approval' }), null);
  assert.equal(waitOfStep({ ...STEP, kind: 'wait' }), null);
  const child = { id: 'c', status: 'failed' } as const;
  assert.equal(waitOfStep({ ...STEP, kind: 'workflow', child }), null);
  assert.equal(waitOfStep({ ...STEP, status: 'running' }), null);
});

test('one reason decides for a run; while a step executes, only blocking reasons count', () => {
  const delay: Waiting = { reason: 'delay', until: DUE };
  const event: Waiting = { reason: 'event', name: 'n', key: 'k', until: null };
  const stopped: Waiting = { reason: 'no_worker', lane: 'llm' };
  assert.equal(decidingWait([null, delay, event], false), event);
  assert.equal(decidingWait([delay, stopped], false), stopped);
  assert.equal(decidingWait([delay, event], true), null);
  assert.equal(decidingWait([delay, stopped], true), stopped);
  assert.equal(decidingWait([], false), null);
});

test('every reason has a rank', () => {
  const ranks: Record<Waiting['reason'], true> = {
    no_worker: true,
    lane_paused: true,
    workflow_paused: true,
    slots_busy: true,
    dispatch: true,
    model_rate: true,
    retry: true,
    delay: true,
    approval: true,
    event: true,
    child: true,
    map_concurrency: true,
    queued_run: true,
    lease: true,
  };
  assert.deepEqual(WAIT_RANKS.toSorted(), Object.keys(ranks).toSorted());
});

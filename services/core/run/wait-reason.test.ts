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
} from './wait-reason.ts';

const DUE = new Date('2026-11-25T18:00:00Z');
const LANE: LaneFacts = { lane: 'http', workers: 2, slots: 64, busy: 64, paused: null };

test('a ready step has the most important reason', () => {
  const since = new Date(0);
  const paused = { by: 'ada', since, pauseReason: 'maintenance' };
  const { lane } = LANE;
  for (const [facts, position, expected] of [
    [{ workers: 0, paused }, 0, { reason: 'lane_paused', lane, ...paused }],
    [{ workers: 0 }, 0, { reason: 'no_worker', lane }],
    [{}, 2, { reason: 'slots_busy', lane, slots: 64, busy: 64, position: 2 }],
    [{ busy: 63 }, 0, null],
  ] as const)
    assert.deepEqual(waitInLane({ ...LANE, ...facts }, position), expected);
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
  const approval = { id: 'a', role: 'admin', user: null };
  const { id: approvalId, ...decider } = approval;
  const event = { name: 'order.paid', key: '42' };
  const child = { id: 'c', status: 'running' } as const;
  const retried = { child, isBetweenAttempts: true, maxAttempts: 4, attempt: 3, crashes: 1 };
  const cases: [Partial<WaitingStep>, object][] = [
    [{}, { reason: 'delay', until: DUE }],
    [
      { kind: 'approval', approval, dueAt: null },
      { reason: 'approval', approvalId, ...decider, until: null },
    ],
    [
      { kind: 'wait', event },
      { reason: 'event', ...event, until: DUE },
    ],
    [
      { kind: 'workflow', child },
      { reason: 'child', runId: 'c', until: DUE },
    ],
    [
      { kind: 'workflow', ...retried },
      { reason: 'retry', attempt: 3, of: 4, at: DUE },
    ],
    // A model refused the only attempt twice.
    [
      { kind: 'llm', isBetweenAttempts: true, maxAttempts: 1, attempt: 2, crashes: 0 },
      { reason: 'retry', attempt: 1, of: 1, at: DUE },
    ],
  ];
  for (const [step, expected] of cases)
    assert.deepEqual(waitOfStep({ ...STEP, ...step }), expected);
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
    model_rate: true,
    owner_share: true,
    retry: true,
    delay: true,
    approval: true,
    event: true,
    child: true,
    queued_run: true,
    lease: true,
  };
  assert.deepEqual(WAIT_RANKS.toSorted(), Object.keys(ranks).toSorted());
});

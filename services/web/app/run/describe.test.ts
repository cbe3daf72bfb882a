import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, attemptOf, stepOf } from '../../test/samples.ts';
import { describeCost } from '../format/amount.ts';
import { formatMoment } from '../format/moment.ts';
import { describeApprover, describeDeadline, whoMayDecide } from './describe-approval.ts';
import type { Run, Waiting, RunTime } from '../../shared/api.ts';
import { describeSteps, stillSinceMs, describeSkip, describeStep } from './describe-step.ts';
import { describeWait, isStopped } from './describe-wait.ts';
import { describeTime, partsOf, timeAt } from './time-sentence.ts';
import { describeTokens, tokensOf } from './usage.ts';

test('the approver, and a sentence for people who may not decide', () => {
  assert.equal(describeApprover({ approver: { role: 'admin' } }), 'by role admin');
  assert.equal(describeApprover({ approver: { user: 'ada@test' } }), 'by ada@test');
  assert.equal(describeApprover({ approver: null }), 'by the owner of the run or an admin');
  assert.equal(whoMayDecide({ approver: { role: 'admin' } }), 'Only admins can decide.');
  const legal = whoMayDecide({ approver: { role: 'legal' } });
  assert.equal(legal, 'Only people with the role legal and admins can decide.');
});

test('a deadline is a time and what is left of it', () => {
  const now = Date.parse(at(0));
  const due = at(65_000);
  assert.equal(describeDeadline(due, now), `${formatMoment(due, now)} (in 1 m 5 s)`);
  assert.match(describeDeadline(due, now + 70_000), /\(expired\)$/);
});

const runOf = (rest: Partial<Run>): Run =>
  ({ status: 'running', createdAt: at(0), waitingFor: null, steps: [], ...rest }) as Run;
const done = stepOf('a', { status: 'succeeded', attempts: [attemptOf(1, [0, 10, 150])] });

test('steps that failed or were not reached are not counted as done', () => {
  const steps = [
    done,
    stepOf('b', { status: 'failed' }),
    stepOf('c', { status: 'skipped', skippedBecause: { reason: 'run_failed', step: 'b' } }),
    stepOf('d'),
  ];
  const failed = runOf({ status: 'failed', steps });
  assert.equal(describeSteps(failed), '1 of 4 succeeded, 1 failed, 2 not reached');
  assert.equal(describeSteps(runOf({ steps: [done, stepOf('d')] })), '1 of 2 succeeded');
});

test('a queued, waiting or blocked run is still since its last attempt ended', () => {
  assert.equal(stillSinceMs(runOf({ status: 'queued' })), Date.parse(at(0)));
  assert.equal(stillSinceMs(runOf({ status: 'waiting', steps: [done] })), Date.parse(at(150)));
  const waitingFor = { reason: 'no_worker', lane: 'llm' } as const;
  assert.equal(stillSinceMs(runOf({ waitingFor, steps: [done] })), Date.parse(at(150)));
  assert.equal(stillSinceMs(runOf({ steps: [done] })), null);
  assert.equal(stillSinceMs(runOf({ status: 'succeeded', steps: [done] })), null);
});

type Cause = NonNullable<Parameters<typeof describeSkip>[0]['skippedBecause']>;

test('each reason for which a step did not run is a sentence', () => {
  const sentences: [cause: Cause, sentence: RegExp][] = [
    [{ reason: 'condition', expression: 'x' }, /its condition was not true/],
    [{ reason: 'upstream', step: 'b', status: 'failed' }, /^Skipped, because b failed\.$/],
    [{ reason: 'upstream', step: 'b', status: 'skipped' }, /^Skipped, because b was skipped\.$/],
    [{ reason: 'run_failed', step: 'b' }, /^Not reached: the run failed at b first\.$/],
    [{ reason: 'run_failed', step: null }, /^Not reached: the run failed first\.$/],
  ];
  for (const [skippedBecause, sentence] of sentences) {
    const step = stepOf('a', { status: 'skipped', skippedBecause });
    assert.match(describeSkip(step, { status: 'failed' })!, sentence);
  }
});

test('a cancelled step says whether it had begun; a step that ran says nothing', () => {
  const textOf = (status: 'cancelled' | 'succeeded', attempt = 0) =>
    describeSkip(stepOf('a', { status, attempt }), { status: 'cancelled' });
  assert.equal(textOf('cancelled'), 'Cancelled before it started.');
  assert.equal(textOf('cancelled', 1), 'Cancelled before it ended.');
  assert.equal(textOf('succeeded', 1), null);
});

const NOW = Date.parse(at(0));

test('a step in words', () => {
  assert.equal(describeStep(stepOf('a'), NOW), 'http, pending');
  const blocked = { reason: 'no_worker', lane: 'llm' } as const;
  const ready = stepOf('a', { kind: 'llm', status: 'ready', waitingFor: blocked });
  assert.equal(describeStep(ready, NOW), 'llm, ready, No worker for llm');
  const waitingFor = { reason: 'event', name: 'order.paid', key: 'o-1', until: null } as const;
  const waiting = stepOf('a', { kind: 'wait', status: 'waiting', waitingFor });
  assert.equal(describeStep(waiting, NOW), 'wait, waiting, Event order.paid with key o-1');
  const error = { code: 'http_status', message: 'It answered 503.' };
  const first = [attemptOf(1, [0, 12, 40])];
  const failed = stepOf('a', { kind: 'llm', status: 'failed', error, attempts: first });
  assert.equal(describeStep(failed, NOW), 'llm, failed, It answered 503., queued 12 ms');
  const attempts = [attemptOf(1, [0, 0, 900], { usage: { timeToFirstTokenMs: 400 } })];
  const answered = stepOf('a', { kind: 'llm', status: 'succeeded', attempts });
  assert.equal(describeStep(answered, NOW), 'llm, succeeded, first token after 400 ms');
});

const SOON = at(12_000);
const clock = formatMoment(SOON, NOW);
const approval = { reason: 'approval', approvalId: 'a', role: null, user: null } as const;
const paused = { reason: 'workflow_paused', workflow: 'w', since: at(-300_000) } as const;

const busy = { reason: 'slots_busy', lane: 'http' } as const;
const lease = { reason: 'lease', until: SOON } as const;
const lanePaused = { reason: 'lane_paused', lane: 'http', since: at(-300_000) } as const;
const ourRun = '01900000-0000-7000-8000-00000000abcd';

const WAITS: Readonly<Record<string, Waiting>> = {
  'No worker for llm': { reason: 'no_worker', lane: 'llm' },
  'No workers are running': { reason: 'no_worker', lane: 'default' },
  'Lane http paused by Ada 5 min ago': { ...lanePaused, by: 'Ada', pauseReason: null },
  'Lane http paused 5 min ago': { ...lanePaused, by: null, pauseReason: null },
  'Lane http paused by Ada 5 min ago: down': { ...lanePaused, by: 'Ada', pauseReason: 'down' },
  'Workflow paused by Ada 5 min ago: It is down': {
    ...paused,
    by: 'Ada',
    pauseReason: 'It is down.',
  },
  'Workflow paused 5 min ago': { ...paused, by: null, pauseReason: null },
  '64 of 64 slots of http busy, 3rd in line': { ...busy, slots: 64, busy: 64, position: 2 },
  '1 of 1 slots of http busy, 100 or more ahead': { ...busy, slots: 1, busy: 1, position: 100 },
  '1 of 1 slots of http busy, next in line': { ...busy, slots: 1, busy: 1, position: 0 },
  'Rate limit of openai/x, next try in 12 s': {
    reason: 'model_rate',
    model: 'openai/x',
    until: SOON,
  },
  'The owner’s steps hold their share of the slots of http': {
    reason: 'owner_share',
    lane: 'http',
  },
  'Retry 2 of 4 in 12 s': { reason: 'retry', attempt: 2, of: 4, at: SOON },
  'Retry 2 of 4 now': { reason: 'retry', attempt: 2, of: 4, at: at(-1) },
  [`Delay until ${clock}`]: { reason: 'delay', until: SOON },
  [`Approval by role admin, until ${clock}`]: { ...approval, role: 'admin', until: SOON },
  'Approval by ada@test': { ...approval, user: 'ada@test', until: null },
  'Approval by the owner of the run or an admin': { ...approval, until: null },
  'Event paid with key 42': { reason: 'event', name: 'paid', key: '42', until: null },
  'Child run 0000abcd': { reason: 'child', runId: ourRun, until: null },
  'Queued, 22nd in line': { reason: 'queued_run', position: 21 },
  'Queued, 11th in line': { reason: 'queued_run', position: 10 },
  Queued: { reason: 'queued_run', position: null },
  'Its worker sends no heartbeat, another worker takes over in 12 s': lease,
};

test('each reason is a sentence', () => {
  for (const [sentence, wait] of Object.entries(WAITS))
    assert.equal(describeWait(wait, NOW), sentence);
});

test('waits that need a person differ from waits that end by themselves', () => {
  assert.equal(isStopped({ reason: 'no_worker', lane: 'llm' }), true);
  assert.equal(isStopped({ ...paused, by: null, pauseReason: null }), true);
  assert.equal(isStopped({ reason: 'delay', until: SOON }), false);
});

const timeOf = (byClass: Record<string, number>, by: string[] = []): RunTime =>
  ({
    isOver: true,
    totalMs: Object.values(byClass).reduce((sum, ms) => sum + ms, 0),
    byClass,
    decisions: by.map((one) => ({ by: one })),
    path: [],
  }) as unknown as RunTime;

test('the longest wait comes first, then the work and the cost', () => {
  const asked = timeOf({ approval: 744_000, llm: 300, http: 100, engine: 5 }, ['ada']);
  const approval = '12 m 24 s: 12 m 24 s waiting for approval by ada, 400 ms of work, $0.000010';
  assert.equal(describeTime(asked, { costUsd: 0.00001, unpricedCalls: 0 }), approval);
  const queued = timeOf({ queue: 500, event: 1500, other: 2, engine: 100 });
  const event = '1.5 s waiting for an event, 500 ms in queues, 2 ms of work, 100 ms in the engine';
  assert.equal(describeTime(queued, null), `2.1 s: ${event}`);
});

test('each approver is named once', () => {
  const textOf = (by: string[]) => describeTime(timeOf({ approval: 1000 }, by), null);
  assert.match(textOf(['ada', 'ada', 'bea']), /by ada, bea/);
  assert.match(textOf([]), /for approval$/);
});

test('parts keep their order, add up, and a lane of an unknown kind is other work', () => {
  const parts = partsOf(timeOf({ engine: 10, gpu: 30, other: 10, queue: 50 }));
  assert.deepEqual(parts, [
    { part: 'queue', ms: 50, share: 0.5 },
    { part: 'other', ms: 40, share: 0.4 },
    { part: 'engine', ms: 10, share: 0.1 },
  ]);
  assert.deepEqual(partsOf(timeOf({})), []);
});

test('an open run says so, and only a wait of a run that waits grows', () => {
  const asked = { ...timeOf({ other: 2080, event: 1000 }), isOver: false };
  const time = { ...asked, to: '2026-11-25T12:00:03.080Z', last: 'event' };
  const later = Date.parse('2026-11-25T12:00:04.080Z');
  const now = timeAt(time, later, 'waiting');
  assert.equal(describeTime(now, null), '4.08 s so far: 2 s waiting for an event, 2.08 s of work');
  assert.deepEqual(timeAt(time, later, 'running'), time, 'the wait may be over');
  const works = { ...time, last: 'http' };
  assert.deepEqual(timeAt(works, later, 'waiting'), works, 'the work may be over');
  assert.deepEqual(timeAt(time, Date.parse(time.to) - 50, 'waiting'), time);
  assert.deepEqual(timeAt({ ...time, isOver: true }, later, 'waiting').totalMs, 3080);
});

const TOKENS = { inputTokens: 12_000, cachedInputTokens: 9_000, outputTokens: 300 };

test('tokens show the cached share of the input', () => {
  const usage = tokensOf({ ...TOKENS, costUsd: 0.5, unpricedCalls: 0 })!;
  assert.equal(describeTokens(usage), '12k / 300, 75% of the input cached');
  assert.equal(describeTokens({ ...usage, cached: 0 }), '12k / 300');
});

test('tokens and cost say which part belongs to child runs', () => {
  const below = { ...TOKENS, costUsd: 0.00038, unpricedCalls: 0, runs: 3 };
  const usage = tokensOf({ ...TOKENS, costUsd: 0.0004515, unpricedCalls: 0, children: below })!;
  assert.equal(describeCost(usage), '$0.00045, of which $0.00038 in 3 child runs');
  assert.match(describeTokens(usage), /, of which 12k \/ 300, .+ in 3 child runs$/);
  const alone = tokensOf({
    ...TOKENS,
    costUsd: 1,
    unpricedCalls: 0,
    children: { ...below, runs: 1 },
  })!;
  assert.equal(describeCost(alone), '$1.00, of which $0.00038 in 1 child run');
});

test('a step of unknown price counts as one call', () => {
  assert.equal(tokensOf({ ...TOKENS, costUsd: null })?.unpricedCalls, 1);
  assert.equal(tokensOf({ costUsd: null })?.unpricedCalls, 1, 'without tokens');
  assert.equal(tokensOf({ ...TOKENS, costUsd: 0.5 })?.unpricedCalls, 0);
  assert.equal(tokensOf({ inputTokens: 0, outputTokens: 0, costUsd: 0, unpricedCalls: 0 }), null);
});

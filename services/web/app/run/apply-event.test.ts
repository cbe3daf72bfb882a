import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run, RunEvent } from '../../shared/api.ts';
import { stepOf } from '../../test/samples.ts';
import { applyEvent, newerRun } from './apply-event.ts';

const run = {
  id: 'r',
  status: 'queued',
  startedAt: null,
  finishedAt: null,
  error: null,
  eventSeq: 1,
  stepsSucceeded: 0,
  steps: [stepOf('a'), stepOf('b')],
} as unknown as Run;

function event(seq: number, type: RunEvent['type'], rest: Partial<RunEvent> = {}): RunEvent {
  return { seq, type, at: `2026-11-25T12:00:0${seq}.000Z`, runId: 'r', ...rest };
}

test('a run moves through its events to its end', () => {
  const events = [
    event(2, 'run.started'),
    event(3, 'step.started', { step: 'a', attempt: 1 }),
    event(4, 'step.succeeded', { step: 'a', attempt: 1 }),
    event(5, 'run.succeeded'),
  ];
  const states = [run];
  for (const next of events) states.push(applyEvent(states.at(-1)!, next));
  assert.deepEqual(
    states.map((state) => [state.status, state.steps[0]?.status, state.stepsSucceeded]),
    [
      ['queued', 'pending', 0],
      ['running', 'pending', 0],
      ['running', 'running', 0],
      ['running', 'succeeded', 1],
      ['succeeded', 'succeeded', 1],
    ],
  );
  assert.equal(states.at(-1)?.startedAt, events[0]?.at);
  assert.equal(states.at(-1)?.finishedAt, events[3]?.at);
  assert.equal(states.at(-1)?.steps[1], run.steps[1], 'what did not change keeps its identity');
});

test('an event seen before, or of another run, changes nothing', () => {
  assert.equal(applyEvent(run, event(1, 'run.failed')), run);
  assert.equal(applyEvent(run, event(9, 'run.failed', { runId: 'other' })), run);
});

test('a retry is a wait, and keeps the error of the attempt before it', () => {
  const error = { code: 'http_status', message: '503' };
  const [step] = applyEvent(run, event(2, 'step.retrying', { step: 'a', attempt: 1, error })).steps;
  assert.deepEqual([step?.status, step?.error, step?.finishedAt], ['waiting', error, null]);
});

test('an item of a map does not move the map itself', () => {
  const next = applyEvent(run, event(2, 'step.failed', { step: 'a', iteration: 3 }));
  assert.equal(next.steps[0]?.status, 'pending');
  assert.equal(next.eventSeq, 2);
});

test('a step that moves on drops its old wait', () => {
  const wait = { reason: 'delay', until: '2026-11-25T12:00:00.000Z' } as const;
  const waiting = { ...run, waitingFor: wait, steps: [stepOf('a', { waitingFor: wait })] };
  const ended = applyEvent(waiting as unknown as Run, event(2, 'step.succeeded', { step: 'a' }));
  assert.equal(ended.steps[0]?.waitingFor, null);
  assert.equal(applyEvent(ended, event(3, 'run.succeeded')).waitingFor, null);
});

test('an answer from before an event does not take the run back', () => {
  const over = applyEvent(run, event(5, 'run.succeeded'));
  assert.equal(newerRun({ ...run, eventSeq: 4 }, over), over);
  const answer = { ...over, eventSeq: 5 };
  assert.equal(newerRun(answer, over), answer);
  assert.equal(newerRun({ ...run, id: 'other' }, over).id, 'other');
  assert.equal(newerRun(run, null), run);
});

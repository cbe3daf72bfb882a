import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from '../../shared/api.ts';
import { at, stepOf } from '../../test/samples.ts';
import { historyOf, type HistoryFacts } from './history.ts';

const facts: HistoryFacts = {
  run: {
    startedBy: { who: 'ada@test', via: 'session' },
    steps: [
      stepOf('call'),
      stepOf('ask', { kind: 'approval', awaits: 'approval' }),
      stepOf('paid', { kind: 'wait', awaits: 'event' }),
      stepOf('each', { kind: 'map', itemAwaits: 'event' }),
    ],
  },
  approvedBy: new Map([['ask', 'bea@test']]),
  reachedBy: new Map([['paid', { name: 'order.paid', key: '42' }]]),
  audit: [],
};

function event(seq: number, type: RunEvent['type'], rest: Partial<RunEvent> = {}): RunEvent {
  return { seq, type, at: at(seq * 1000), runId: 'r', ...rest };
}
const textsOf = (events: RunEvent[], more: Partial<HistoryFacts> = {}): string[] =>
  historyOf(events, { ...facts, ...more }).map(({ text }) => text);

test('the life of a run reads as sentences', () => {
  const refused = { code: 'http_status', message: '503' };
  const events = [
    event(1, 'run.queued'),
    event(2, 'run.started'),
    event(3, 'step.started', { step: 'call', attempt: 1 }),
    event(4, 'step.retrying', { step: 'call', attempt: 1, error: refused }),
    event(5, 'step.started', { step: 'call', attempt: 2 }),
    event(6, 'step.waiting', { step: 'ask' }),
    event(7, 'step.succeeded', { step: 'ask' }),
    event(8, 'step.succeeded', { step: 'paid' }),
    event(9, 'step.succeeded', { step: 'each', iteration: 0 }),
    event(10, 'run.succeeded'),
  ];
  assert.deepEqual(textsOf(events), [
    'Run accepted, started by ada@test',
    'A worker started the run',
    'Started',
    'Attempt 1 failed. AIO retries the step.',
    'Started, attempt 2',
    'Waiting for a decision',
    'Approved by bea@test',
    'Received event order.paid with key 42',
    'Received an event',
    'Run succeeded',
  ]);
  const lines = historyOf(events, facts);
  assert.equal(lines[3]?.detail, '503');
  assert.deepEqual(lines[8]?.step, { id: 'each', iteration: 0 });
  assert.equal(lines[9]?.step, null);
});

test('a lost worker is a takeover, not a failure of the step', () => {
  const error = { code: 'worker_lost', message: 'The worker that ran this attempt was lost.' };
  const [line] = historyOf([event(1, 'step.retrying', { step: 'call', attempt: 1, error })], facts);
  assert.equal(line?.text, 'The worker of attempt 1 was lost. Another worker takes over.');
  assert.equal(line?.detail, null);
});

test('the history shows who cancelled a run, to people who may read it', () => {
  const audit = [
    { id: 'a', at: at(2500), name: 'cleo@test', action: 'cancelRun' },
    { id: 'b', at: at(2500), name: 'cleo@test', action: 'submitRun' },
  ];
  const events = [event(2, 'run.started'), event(3, 'run.cancelled')];
  assert.deepEqual(textsOf(events, { audit }), [
    'A worker started the run',
    'cleo@test cancelled the run',
    'Run cancelled',
  ]);
});

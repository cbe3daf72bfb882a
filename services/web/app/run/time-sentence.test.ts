import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunTime } from '../../shared/api.ts';
import { describeTime, partsOf, timeAt } from './time-sentence.ts';

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
  assert.equal(describeTime(asked, { costUsd: '0.00001', unpricedCalls: 0 }), approval);
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

test('an open run says so, and its last class grows', () => {
  const asked = timeOf({ other: 2080, event: 1000 });
  const time = {
    ...asked,
    isOver: false,
    to: '2026-11-25T12:00:03.080Z',
    path: [{ stretches: [{ class: 'other' }, { class: 'event' }] }],
  } as unknown as RunTime;
  const now = timeAt(time, Date.parse('2026-11-25T12:00:04.080Z'));
  assert.equal(describeTime(now, null), '4.08 s so far: 2 s waiting for an event, 2.08 s of work');
  assert.deepEqual(timeAt(time, Date.parse(time.to) - 50), time);
  assert.deepEqual(timeAt(asked, Date.parse(time.to)), asked);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, attemptOf, stepOf } from '../../test/samples.ts';
import { drawnMarks, usualEndMs } from './drawn.ts';

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

test('a step that has begun to work has a usual end', () => {
  const began = { startedAt: at(100) };
  assert.equal(usualEndMs(stepOf('a', began), { p95: 50 }), Date.parse(at(150)));
  assert.equal(usualEndMs(stepOf('a', began), undefined), null);
  assert.equal(usualEndMs(stepOf('a'), { p95: 50 }), null);
  assert.equal(usualEndMs(stepOf('a', { ...began, awaits: 'delay' }), { p95: 50 }), null);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TimedStep, whereTimeWent } from './where-time-went.ts';

const START = Date.parse('2026-11-25T20:00:00.000Z');
const at = (ms: number) => new Date(START + ms).toISOString();

function step(id: string, needs: string[], [ready, started, finished]: number[]): TimedStep {
  return {
    id,
    kind: 'http',
    needs,
    status: 'succeeded',
    readyAt: at(ready!),
    startedAt: at(started!),
    finishedAt: at(finished!),
    attempts: [{ queueTimeMs: started! - ready!, executionMs: finished! - started! }],
  };
}

const run = (steps: TimedStep[], finished: number) => ({
  createdAt: at(0),
  startedAt: at(10),
  finishedAt: at(finished),
  steps,
});

test('the parts of a run add up to its duration, along the steps that decided it', () => {
  const steps = [
    step('first', [], [0, 15, 40]),
    step('quick', ['first'], [41, 41, 45]),
    step('slow', ['first'], [41, 61, 141]),
    step('last', ['quick', 'slow'], [142, 142, 150]),
  ];
  const { total, spent, path } = whereTimeWent(run(steps, 155));
  assert.deepEqual(
    path.map(({ id }) => id),
    ['first', 'slow', 'last'],
  );
  assert.deepEqual(spent, { queued: 10, queueTime: 25, execution: 113, paused: 0, between: 7 });
  assert.equal(total, 155);
});

test('time between attempts is neither waiting for a worker nor work', () => {
  const retried = {
    ...step('only', [], [0, 10, 310]),
    attempts: [
      { queueTimeMs: 10, executionMs: 50 },
      { queueTimeMs: 5, executionMs: 45 },
    ],
  };
  const { spent, path } = whereTimeWent(run([retried], 310));
  assert.deepEqual(spent, { queued: 10, queueTime: 5, execution: 95, paused: 200, between: 0 });
  assert.equal(path[0]?.attempts, 2);
});

test('steps that were skipped or never began are no part of the way', () => {
  const skipped = { ...step('skipped', ['only'], [20, 20, 20]), attempts: [] };
  const never = { ...step('never', ['only'], [20, 20, 20]), readyAt: null };
  const { path } = whereTimeWent(run([step('only', [], [0, 12, 20]), skipped, never], 21));
  assert.deepEqual(
    path.map(({ id }) => id),
    ['only'],
  );
});

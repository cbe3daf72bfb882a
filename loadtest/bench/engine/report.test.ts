import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Contender, holdContest } from './contest.ts';
import { describeScores } from './report.ts';
import { diamond } from '../../lib/shapes.ts';

test('rounds alternate who begins; the medians stand in a table with their ratio', async () => {
  const order: string[] = [];
  const contender = (name: string, times: number[]): Contender => ({
    name,
    work: async () => {
      order.push(name);
      return times.shift() as number;
    },
  });
  const scores = await holdContest(
    [contender('A', [9, 10, 1000, 20]), contender('B', [9, 40, 40, 40])],
    [{ name: 'diamond', shape: diamond() }],
    { rounds: 3, steps: 8, say: () => {} },
  );
  assert.equal(order.join(''), 'ABBAABBA');
  assert.deepEqual(
    scores.map((score) => [score.contender, score.runs, score.median]),
    [
      ['A', 2, 400],
      ['B', 2, 200],
    ],
  );
  assert.deepEqual(describeScores(scores, { machine: 'small' }), [
    'Steps per second, median of the rounds',
    '           A    B  A : B',
    'diamond  400  200   2.00',
    'machine: small',
  ]);
});

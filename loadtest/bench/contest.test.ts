import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diamond } from '../lib/shapes.ts';
import type { Contender } from './contenders/contender.ts';
import { findScore, holdContest, ratio } from './contest.ts';

/** Takes so many milliseconds a run. */
function contender(name: string, msPerRun: number, order: string[]): Contender {
  return {
    name,
    workerPids: () => [process.pid],
    async work(_shape, runs) {
      order.push(name);
      return runs * msPerRun;
    },
  };
}

test('who begins alternates, and each gets as many runs as fill a round', async () => {
  const order: string[] = [];
  const contenders = [contender('A', 1, order), contender('B', 4, order)];
  const shapes = [{ name: 'diamond', shape: diamond() }];
  const options = { rounds: 3, roundMs: 1000, say: () => {} };
  const scores = await holdContest(contenders, shapes, options);
  assert.equal(order.slice(-6).join(''), 'BAABBA');
  assert.deepEqual(
    scores.map((score) => [score.contender, score.runs, score.stepsPerSecond]),
    [
      ['A', 1000, [4000, 4000, 4000]],
      ['B', 250, [1000, 1000, 1000]],
    ],
  );
  assert.equal(ratio(scores, 'stepsPerSecond', ['diamond', 'A', 'B']), 4);
  assert.equal(findScore(scores, 'diamond', 'A').cpuPerStep.length, 3);
  assert.throws(() => findScore(scores, 'chain', 'A'), /no score of A in chain/);
});

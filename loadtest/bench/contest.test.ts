import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diamond } from '../lib/shapes.ts';
import type { Contender } from './contenders/contender.ts';
import { holdContest, ratio, scoreTable } from './contest.ts';
import { busyShare } from './parts/spread.ts';

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

test('the order alternates, and each engine gets as many runs as fill a round', async () => {
  const order: string[] = [];
  const contenders = [contender('A', 1, order), contender('B', 4, order)];
  const shapes = [{ name: 'diamond', shape: diamond() }];
  const options = { rounds: 3, say: () => {} };
  const { rates, cpu } = await holdContest(contenders, shapes, options, 1000);
  assert.equal(order.slice(-6).join(''), 'BAABBA');
  assert.deepEqual(rates, { diamond: { A: [4000, 4000, 4000], B: [1000, 1000, 1000] } });
  assert.equal(ratio(rates, 'diamond', ['A', 'B']), 4);
  assert.equal(cpu['diamond']?.['A']?.length, 3);
  assert.throws(() => ratio(rates, 'chain', ['A', 'B']), /no score of A in chain/);
  assert.deepEqual(scoreTable('Rates', rates).rows, [
    ['', 'A', 'B', 'A : B'],
    ['diamond', [4000, 4000, 4000], [1000, 1000, 1000], '4.00x'],
  ]);
});

test('idle slots after the last start do not count', () => {
  const one = (startedAt: number, finishedAt: number) => ({ startedAt, finishedAt });
  assert.equal(busyShare([one(10, 12), one(10, 11), one(12, 13), one(12, 14)], 2), 0.75);
});

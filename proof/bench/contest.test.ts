import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diamond } from '@aio/loadtest/workflows/shapes';
import type { Contender } from './contenders/contender.ts';
import { holdContest, timeIdleRuns, warmUp } from './contest.ts';
import type { Meter } from './meter.ts';
import { costOf, cpuTable, paceOf, ratio, scoreTable } from './scores.ts';

const SHAPE = { name: 'diamond', shape: diamond() };

interface Work {
  name: string;
  runs: number;
}

/** Its work is added to `done`. */
function contender(name: string, msPerRun: number, done: Work[]): Contender {
  return {
    name,
    workerPids: () => [process.pid],
    async work(_shape, runs) {
      done.push({ name, runs });
      return runs * msPerRun;
    },
  };
}

/** Measures 8,000 µs of the worker, whatever the work. */
const meter: Meter = {
  start: async () => async (steps) => ({
    worker: 8000 / steps,
    postgres: 0,
    redis: 0,
    all: 8000 / steps,
    statements: 0,
    commits: 0,
    luaCalls: 0,
    publishes: 0,
    walBytes: 0,
  }),
};
const OPTIONS = { rounds: 3, meter, say: () => {} };

test('the order alternates, and each engine gets as many runs as fill a round', async () => {
  const done: Work[] = [];
  const contenders = [contender('A', 1, done), contender('B', 4, done)];
  const samples = await holdContest(contenders, [SHAPE], OPTIONS, 1000);
  assert.equal(
    done
      .slice(-6)
      .map(({ name }) => name)
      .join(''),
    'ABBAAB',
  );
  const rates = paceOf(samples);
  assert.deepEqual(rates, { diamond: { A: [4000, 4000, 4000], B: [1000, 1000, 1000] } });
  assert.equal(ratio(rates, 'diamond', ['A', 'B']), 4);
  assert.throws(() => ratio(rates, 'chain', ['A', 'B']), /no score of A in chain/);
  assert.deepEqual(scoreTable('Rates', rates).rows, [
    ['', 'A', 'B', 'A : B'],
    ['diamond', [4000, 4000, 4000], [1000, 1000, 1000], '4.00x'],
  ]);
  assert.deepEqual(costOf(samples, 'worker'), { diamond: { A: [2, 2, 2], B: [8, 8, 8] } });
  assert.deepEqual(cpuTable('Engine', samples).rows[1], [
    'diamond, worker',
    [2, 2, 2],
    [8, 8, 8],
    '0.25x',
  ]);
});

test('a shape can have a number of runs', async () => {
  const done: Work[] = [];
  await holdContest([contender('A', 1, done)], [{ ...SHAPE, runs: 7 }], OPTIONS);
  assert.deepEqual(
    done.map(({ runs }) => runs),
    [7, 7, 7],
  );
});

test('single runs are timed one by one, their costs per step', async () => {
  const samples = await timeIdleRuns([contender('A', 2, [])], [SHAPE], { ...OPTIONS, rounds: 1 });
  assert.deepEqual(paceOf(samples), { diamond: { A: Array(10).fill(2) } });
  assert.deepEqual(costOf(samples, 'worker'), { diamond: { A: [200] } });
});

test('the warm-up has 5,000 steps, an equal share of each shape', async () => {
  const done: Work[] = [];
  await warmUp([contender('A', 1, done)], [SHAPE, { ...SHAPE, name: 'other' }]);
  assert.deepEqual(
    done.map(({ runs }) => runs),
    [625, 625],
  );
});

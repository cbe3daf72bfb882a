import { DAY_MS, widthOf } from '@aio/platform/partitions/add-partitions';
import { createTestDatabase } from '@aio/platform/testing/database';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retainBesideLoad } from '../bench/growth/beside-load.ts';
import { shapeOf } from '../bench/growth/explain.ts';
import { fill } from '../bench/growth/fill.ts';
import { compare, measureOperations } from '../bench/growth/measure.ts';
import { startTestSystem } from '../testing/test-system.ts';

const KEPT_MS = 60 * DAY_MS;
const TIMES = { days: 90, widthMs: widthOf(KEPT_MS) };
const ROUNDS = 3;

test('with many runs, statements look at hardly more pages than with few', async (t) => {
  const costs = [];
  for (const runs of [1_000, 10_000]) {
    const { url } = await createTestDatabase(t);
    await fill(url, { ...TIMES, runs }, () => undefined);
    costs.push(await measureOperations(url, ROUNDS));
  }
  const [few, many] = costs;
  const comparisons = compare(few!, many!);
  for (const { operation, small, large, ratio, changedPlans } of comparisons)
    t.diagnostic(
      `${operation}: ${large.buffers} pages against ${small.buffers}, ${ratio.toFixed(2)} x; other plans: ${changedPlans.join(', ') || 'none'}`,
    );
  const worse = comparisons.filter(({ ratio }) => ratio > 2);
  assert.deepEqual(worse, [], 'an index may be one page deeper, and no more');
});

test('old runs leave beside load, and no request fails', async (t) => {
  const system = await startTestSystem(t, { workers: 1, env: { RETENTION_RUNS: '60d' } });
  const [worker] = system.workers;
  await worker!.signal('SIGTERM');
  await fill(system.db.options.connectionString!, { ...TIMES, runs: 2_000 }, () => undefined);
  const { dropped, requests, failures, longestMs } = await retainBesideLoad(system, {
    db: system.db,
    keepMs: KEPT_MS,
    start: () => worker!.restart(),
  });
  t.diagnostic(
    `${dropped} sets dropped, ${requests} requests, the longest ${longestMs.toFixed(0)} ms`,
  );
  assert.deepEqual(failures, []);
  assert.equal(dropped, 3);
});

test('a plan is the same whatever the partitions are called and how many there are', () => {
  const scan = (index: string) => ({
    'Node Type': 'Index Scan',
    'Index Name': index,
    'Shared Hit Blocks': 1,
    'Shared Read Blocks': 0,
  });
  const append = (...indexes: string[]) => ({
    ...scan(''),
    'Node Type': 'Append',
    Plans: indexes.map(scan),
  });
  const parents = new Map([
    ['a_1', 'a'],
    ['a_2', 'a'],
    ['b_1', 'b'],
  ]);
  assert.equal(shapeOf(append('a_1'), parents), shapeOf(append('a_1', 'a_2'), parents));
  assert.notEqual(shapeOf(append('a_1'), parents), shapeOf(append('a_1', 'b_1'), parents));
});

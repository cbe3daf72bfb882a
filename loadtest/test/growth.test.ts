import { DAY_MS, widthOf } from '@aio/platform/partitions/add-partitions';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retainBesideLoad } from '../bench/growth/beside-load.ts';
import { shapeOf } from '../bench/growth/explain.ts';
import { fill } from '../bench/growth/fill.ts';
import { startTestSystem } from '../testing/test-system.ts';

const KEPT_MS = 60 * DAY_MS;
const TIMES = { days: 90, widthMs: widthOf(KEPT_MS) };

test('old runs leave beside load, and no request fails', async (t) => {
  const system = await startTestSystem(t, { workers: 1, env: { RETENTION_RUNS: '60d' } });
  const [worker] = system.workers;
  await worker!.signal('SIGTERM');
  await fill(system.databaseUrl, { ...TIMES, runs: 2_000 }, () => undefined);
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics, mostSeries } from './index.ts';

const DAY = 24 * 3_600_000;
const DEFINITIONS = {
  orders: {
    type: 'histogram',
    name: 'order_seconds',
    help: 'Orders.',
    labels: { way: ['web', 'shop'], shop: { upTo: 50 }, error: { upTo: 50, isOptional: true } },
    upTo: 20,
    buckets: [1],
    exemplars: false,
  },
} as const;

function createOrders() {
  let time = 0;
  const full: string[] = [];
  const { metrics, scrape } = createMetrics(DEFINITIONS, {
    now: () => time,
    onLabelFull: (label) => full.push(label),
  });
  const series = async () =>
    (await scrape()).body.split('\n').filter((line) => line.startsWith('order_seconds'));
  return {
    full,
    order: (shop: string, { error = '', heldBy = 'bo', way = 'web' as 'web' | 'shop' } = {}) =>
      metrics.orders.observe({ way, shop, error, heldBy }, 1),
    later: (ms: number) => void (time += ms),
    series,
    sets: async () =>
      (await series()).flatMap(
        (line) => /^order_seconds_count\{(.*)\} (\d+)/.exec(line)?.slice(1, 3).join(' ') ?? [],
      ),
  };
}

test('beyond the cap, open labels become `other`, nothing is lost, and the sum of the declaration holds', async () => {
  const { order, sets, series, full } = createOrders();
  for (const way of ['web', 'shop'] as const)
    for (let shop = 0; shop < 60; shop += 1)
      for (const error of ['', 'e1', 'e2']) order(`s${shop}`, { error, way });
  const found = await sets();
  assert.equal(found.length, 24);
  assert.equal((await series()).length, mostSeries(DEFINITIONS.orders));
  assert.ok(found.includes('way="shop",shop="other",error="" 60'), found.join('\n'));
  assert.ok(found.includes('way="shop",shop="other",error="other" 120'));
  assert.equal(
    found.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0),
    360,
  );
  assert.ok(full.includes('error'));
});

test('a label set that is idle for a day gives its place to a new one', async () => {
  const { order, later, sets } = createOrders();
  for (let shop = 0; shop < 20; shop += 1) order(`s${shop}`);
  later(DAY - 1);
  for (let shop = 1; shop < 20; shop += 1) order(`s${shop}`);
  order('new');
  later(1);
  order('newer');
  const found = await sets();
  assert.ok(found.includes('way="web",shop="other",error="" 1'));
  assert.ok(found.includes('way="web",shop="newer",error="" 1'));
  assert.ok(!found.some((line) => line.includes('"s0"')));
});

test('a new label set takes the longest idle one of the holder who has most', async () => {
  const { order, sets } = createOrders();
  for (let shop = 0; shop < 25; shop += 1) order(`s${shop}`);
  order('new', { heldBy: 'al' });
  const found = await sets();
  assert.ok(found.includes('way="web",shop="new",error="" 1'));
  assert.ok(!found.some((line) => line.includes('"s0"')));
});

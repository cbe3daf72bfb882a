import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from './index.ts';

const DAY = 24 * 3_600_000;
const DEFINITIONS = {
  orders: {
    type: 'counter',
    name: 'orders_total',
    help: 'Orders.',
    labels: { shop: { upTo: 50 }, article: { upTo: 50 } },
  },
} as const;

/** Its metric may have 25 series, 19 of them with both names. */
function createOrders() {
  let time = 0;
  const full: string[] = [];
  const { metrics, scrape } = createMetrics(DEFINITIONS, {
    maxSeries: 67,
    now: () => time,
    onLabelFull: (label) => full.push(label),
  });
  return {
    full,
    count: (shop: string, article: string, heldBy?: string) =>
      metrics.orders.inc({ shop, article, ...(heldBy !== undefined && { heldBy }) }),
    later: (ms: number) => void (time += ms),
    lines: async () =>
      (await scrape()).body.split('\n').filter((line) => line.startsWith('orders')),
  };
}

const total = (lines: readonly string[]) =>
  lines.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);

test('beyond the budget, the last label becomes `other`, then the others, and nothing is lost', async () => {
  const { count, lines } = createOrders();
  for (let shop = 0; shop < 10; shop += 1)
    for (let article = 0; article < 10; article += 1) count(`s${shop}`, `a${article}`);
  const found = await lines();
  assert.equal(total(found), 100);
  const other = found.filter((line) => line.includes('article="other"'));
  assert.equal(found.length - other.length, 19);
  assert.ok(other.includes('orders_total{shop="s1",article="other"} 1'));
  assert.ok(other.includes('orders_total{shop="s2",article="other"} 10'));
  assert.ok(other.includes('orders_total{shop="other",article="other"} 30'));
  assert.equal(found.length, 26);
});

test('a label set that is idle for a day gives its place to a new one', async () => {
  const { count, later, lines } = createOrders();
  for (let article = 0; article < 19; article += 1) count('s', `a${article}`);
  later(DAY - 1);
  for (let article = 1; article < 19; article += 1) count('s', `a${article}`);
  count('s', 'new');
  assert.ok((await lines()).includes('orders_total{shop="s",article="other"} 1'));
  later(1);
  count('s', 'newer');
  const found = await lines();
  assert.ok(found.includes('orders_total{shop="s",article="newer"} 1'));
  assert.ok(!found.some((line) => line.includes('article="a0"')));
});

test('a new label set takes the longest idle one of the holder who has most', async () => {
  const { count, lines, full } = createOrders();
  for (let article = 0; article < 30; article += 1) count('s', `a${article}`, 'bo');
  assert.ok((await lines()).includes('orders_total{shop="s",article="other"} 11'));
  count('t', 'new', 'al');
  const found = await lines();
  assert.ok(found.includes('orders_total{shop="t",article="new"} 1'));
  assert.ok(!found.some((line) => line.includes('article="a0"')));
  assert.deepEqual(
    full,
    Array.from({ length: 12 }, () => 'article'),
  );
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMetrics } from './index.ts';

const SHOP = { upTo: 8 } as const;
const DEFINITIONS = {
  orders: { type: 'counter', name: 'orders_total', help: 'Orders.', labels: { shop: SHOP } },
  visits: {
    type: 'histogram',
    name: 'visit_seconds',
    help: 'Visits.',
    labels: { shop: SHOP, page: { upTo: 6, within: 'shop', upToEach: 2 } },
    buckets: [1],
    exemplars: false,
  },
  pages: { type: 'counter', name: 'pages_total', help: 'Pages.', labels: { page: { upTo: 2 } } },
} as const;

function createShops() {
  const full: string[] = [];
  let time = 0;
  const { metrics, scrape } = createMetrics(DEFINITIONS, {
    now: () => ++time,
    onLabelFull: (label) => full.push(label),
  });
  return {
    metrics,
    full,
    later: (ms: number) => void (time += ms),
    order(heldBy: string, ...shops: string[]) {
      for (const shop of shops) metrics.orders.inc({ shop, heldBy });
    },
    series: async (name: string) =>
      (await scrape()).body.split('\n').filter((line) => line.startsWith(`${name}{`)),
    async shops() {
      const lines = (await scrape()).body.matchAll(/^orders_total\{shop="(\w+)"\}/gm);
      return Array.from(lines, ([, shop]) => shop!).sort();
    },
  };
}

const names = (holder: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${holder}${n}`);

test('two metrics with a label of the same name have their own limits', async () => {
  const { metrics, series } = createShops();
  for (const page of ['a', 'b', 'c']) metrics.pages.inc({ page });
  for (const shop of ['x', 'y', 'z'])
    for (const page of ['c', 'd']) metrics.visits.observe({ shop, page }, 1);
  assert.deepEqual(await series('pages_total'), [
    'pages_total{page="a"} 1',
    'pages_total{page="b"} 1',
    'pages_total{page="other"} 1',
  ]);
  assert.equal((await series('visit_seconds_count')).length, 6);
});

test('one value has at most its share of the places of another label, without a call', async () => {
  const { metrics, series, full } = createShops();
  for (const page of ['a', 'b', 'c', 'd']) metrics.visits.observe({ shop: 'large', page }, 1);
  metrics.visits.observe({ shop: 'small', page: 'a' }, 1);
  assert.deepEqual(await series('visit_seconds_count'), [
    'visit_seconds_count{shop="large",page="a"} 1',
    'visit_seconds_count{shop="large",page="b"} 1',
    'visit_seconds_count{shop="large",page="other"} 2',
    'visit_seconds_count{shop="small",page="a"} 1',
  ]);
  assert.deepEqual(full, []);
});

describe('when all places are taken', () => {
  test('a new name takes the longest idle one of the holder who has most, in all metrics', async () => {
    const { metrics, order, shops, series, full } = createShops();
    order('bo', ...names('bo', 7));
    order('cy', 'cy0');
    metrics.visits.observe({ shop: 'bo1', page: 'a', heldBy: 'bo' }, 1);
    order('bo', 'bo0');
    order('al', 'al0');
    assert.deepEqual(await shops(), ['al0', 'bo0', 'bo1', 'bo3', 'bo4', 'bo5', 'bo6', 'cy0']);
    order('al', 'al1', 'al2');
    metrics.visits.observe({ shop: 'al0', page: 'a', heldBy: 'al' }, 1);
    order('al', 'al3');
    assert.deepEqual(await series('visit_seconds_count'), [
      'visit_seconds_count{shop="bo1",page="a"} 1',
      'visit_seconds_count{shop="al0",page="a"} 1',
    ]);
    assert.deepEqual(full, ['shop', 'shop', 'shop', 'shop']);
  });

  test('a holder loses none to its own new names, and none to one who has as many', async () => {
    const { order, shops } = createShops();
    order('bo', ...names('bo', 8), 'bo8');
    assert.deepEqual(await shops(), [...names('bo', 8), 'other']);
    order('al', ...names('al', 5));
    order('bo', ...names('bo', 8));
    const kept = await shops();
    assert.deepEqual(kept, [...names('al', 4), 'bo4', 'bo5', 'bo6', 'bo7', 'other']);
  });

  test('nobody gives way who has a quarter or less', async () => {
    const { order, shops } = createShops();
    for (const holder of ['al', 'bo', 'cy', 'di']) order(holder, ...names(holder, 2));
    const before = await shops();
    order('eve', 'eve0');
    assert.deepEqual(await shops(), [...before, 'other']);
  });

  test('a name that was idle for a day goes first, and nobody is called', async () => {
    const { order, shops, later, full } = createShops();
    order('cy', 'cy0');
    later(24 * 3_600_000);
    order('bo', ...names('bo', 7));
    order('al', 'al0');
    assert.deepEqual(await shops(), ['al0', ...names('bo', 7)]);
    assert.deepEqual(full, []);
  });
});

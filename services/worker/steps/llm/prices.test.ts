import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPrices } from './price-file.ts';
import { costOf, type Price } from './prices.ts';
import type { VendorUsage } from './usage.ts';

const USAGE: VendorUsage = {
  inputTokens: 1000,
  cachedInputTokens: 100,
  cacheWriteInputTokens: 300,
  cacheWrite1hInputTokens: 200,
  outputTokens: 50,
  reasoningOutputTokens: 40,
  mode: null,
};
const BUILT_IN = readPrices(null);

/** In 10^-12 dollars. */
function costBy(usdPerMTok: Price['usdPerMTok'], usage = USAGE): bigint | null {
  const price = { date: '2026-12-01', source: 'a contract', usdPerMTok };
  return costOf(new Map([['openai/x', price]]), 'openai/x', usage);
}

test('tokens without a price of their own cost what those cost that include them', () => {
  const rates = { input: '1', output: '2' };
  assert.equal(costBy(rates), 1_100_000_000n);
  assert.equal(costBy({ ...rates, cacheRead: '0.5' }), 1_050_000_000n);
  assert.equal(costBy({ ...rates, cacheWrite: '2' }), 1_400_000_000n);
  assert.equal(costBy({ ...rates, cacheWrite: '2', cacheWrite1h: '3' }), 1_600_000_000n);
  assert.equal(costBy({ ...rates, reasoning: '3.000001' }), 1_140_000_040n);
});

test('the cost is unknown if the counts contradict each other', () => {
  const rates = { input: '1', output: '2' };
  assert.equal(costBy(rates, { ...USAGE, cachedInputTokens: 701 }), null);
  assert.equal(costBy(rates, { ...USAGE, cacheWrite1hInputTokens: 301 }), null);
  assert.equal(costBy(rates, { ...USAGE, reasoningOutputTokens: 51 }), null);
});

test('a snapshot costs what its model costs; other models and service tiers are unknown', () => {
  const costs = ['anthropic/claude-haiku-4-5-20251001', 'anthropic/claude-haiku-4-5'].map((model) =>
    costOf(BUILT_IN, model, USAGE),
  );
  assert.equal(costs[0], costs[1]);
  assert.equal(costOf(BUILT_IN, 'openai/gpt-0', USAGE), null);
  assert.equal(costOf(BUILT_IN, 'constructor', USAGE), null);
  const flex = { ...USAGE, mode: 'flex' };
  assert.equal(costOf(BUILT_IN, 'openai/gpt-6-sol', flex), null);
  const prices = new Map([['openai/gpt-6-sol@flex', BUILT_IN.get('openai/gpt-6-sol')!]]);
  assert.notEqual(costOf(prices, 'openai/gpt-6-sol-2026-09-22', flex), null);
});

test('built-in prices make sense', () => {
  for (const [model, { source, usdPerMTok, longPrompts = [] }] of BUILT_IN) {
    assert.match(source, /^https:\/\/(developers\.openai|platform\.claude)\.com\//, model);
    for (const rates of [usdPerMTok, ...longPrompts.map((one) => one.usdPerMTok)]) {
      const { input, cacheRead, cacheWrite = input, cacheWrite1h = cacheWrite, output } = rates;
      const ascending = [cacheRead, input, cacheWrite, cacheWrite1h, output].map(Number);
      assert.deepEqual(
        ascending.toSorted((a, b) => a - b),
        ascending,
        model,
      );
    }
    for (const long of longPrompts)
      assert.ok(Number(long.usdPerMTok.input) > Number(usdPerMTok.input), model);
  }
});

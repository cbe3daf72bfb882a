import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPrices } from './price-file.ts';
import { costOf } from './prices.ts';
import { anthropicEvents, openAiEvents, streamFrom } from './testing/ask-vendor.ts';

const USAGE = {
  inputTokens: 1000,
  cachedInputTokens: 100,
  cacheWriteInputTokens: 300,
  outputTokens: 50,
  reasoningOutputTokens: 40,
};
const BUILT_IN = readPrices(null);
const PRICES = new Map([['openai/x', { input: 1, cached: 0.5, cacheWrite: 2, output: 4 }]]);

/** To 10^-9 dollars: sums of doubles are wrong in the last digits. */
function assertCost(actual: number | null, expected: number): void {
  assert.equal(actual?.toFixed(9), expected.toFixed(9));
}

test('a cost is the sum of four products; reasoning is output', () => {
  assertCost(
    costOf(PRICES, 'openai/x', USAGE),
    (600 * 1 + 100 * 0.5 + 300 * 2 + 50 * 4) / 1_000_000,
  );
});

test('the cost is unknown without a price, or if the counts contradict each other', () => {
  assert.equal(costOf(PRICES, 'openai/gpt-0', USAGE), null);
  assert.equal(costOf(PRICES, 'constructor', USAGE), null);
  assert.equal(costOf(PRICES, 'openai/x', { ...USAGE, cachedInputTokens: 701 }), null);
});

test('a snapshot costs what its model costs', () => {
  for (const date of ['-20251001', '-2026-09-22'])
    assert.equal(costOf(PRICES, `openai/x${date}`, USAGE), costOf(PRICES, 'openai/x', USAGE), date);
});

test("cached tokens of both vendors cost their own prices, by the vendors' ways to count", async () => {
  const openai = openAiEvents({
    prompt_tokens: 5000,
    prompt_tokens_details: { cached_tokens: 4000 },
    completion_tokens: 700,
  });
  const { usage } = await streamFrom('openai', openai);
  // 1,000 x $2/M + 4,000 x $0.10/M + 700 x $10/M
  assertCost(costOf(BUILT_IN, 'openai/gpt-6.2-sol', usage!), 0.0094);
  const anthropic = anthropicEvents(
    { input_tokens: 50, cache_read_input_tokens: 100_000, cache_creation_input_tokens: 1000 },
    { output_tokens: 503 },
  );
  const { usage: counted } = await streamFrom('anthropic', anthropic);
  // 50 x $3/M + 100,000 x $0.30/M + 1,000 x $3.75/M + 503 x $15/M
  assertCost(costOf(BUILT_IN, 'anthropic/claude-sonnet-4-6', counted!), 0.041445);
});

test('built-in prices make sense', () => {
  for (const [model, { input, cached, cacheWrite, output }] of BUILT_IN)
    assert.ok(cached < input && input <= cacheWrite && cacheWrite < output, model);
});

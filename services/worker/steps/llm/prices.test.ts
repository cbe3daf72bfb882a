import assert from 'node:assert/strict';
import { test } from 'node:test';
import prices from './prices.json' with { type: 'json' };
import { costUsd } from './prices.ts';

test('cost is tokens times price, with a separate price for cached tokens', () => {
  const counts = { inputTokens: 1_000_000, cachedInputTokens: 400_000, outputTokens: 200_000 };
  // 0.6 x 0.75 + 0.4 x 0.075 + 0.2 x 4.5
  assert.equal(costUsd('openai/gpt-5.4-mini', counts), 1.38);
  const few = { inputTokens: 91, cachedInputTokens: 0, outputTokens: 30 };
  assert.equal(costUsd('openai/gpt-6-luna', few), 0.0000241, 'no noise of floating point');
});

test('a snapshot costs what its model costs, and the cost of an unknown model is null', () => {
  const counts = { inputTokens: 1000, cachedInputTokens: 0, outputTokens: 100 };
  assert.equal(
    costUsd('anthropic/claude-haiku-4-5-20251001', counts),
    costUsd('anthropic/claude-haiku-4-5', counts),
  );
  assert.equal(
    costUsd('openai/gpt-5.4-mini-2026-03-17', counts),
    costUsd('openai/gpt-5.4-mini', counts),
  );
  assert.equal(costUsd('openai/gpt-0', counts), null);
  assert.equal(costUsd('constructor', counts), null);
});

test('the price file has a date, and every price makes sense', () => {
  assert.match(prices.date, /^\d{4}-\d{2}-\d{2}$/);
  for (const [model, price] of Object.entries(prices.models)) {
    assert.match(model, /^(openai|anthropic)\/\S+$/);
    assert.ok(price.cachedInputPerMTok > 0, model);
    assert.ok(price.cachedInputPerMTok < price.inputPerMTok, model);
    assert.ok(price.inputPerMTok < price.outputPerMTok, model);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTokens, tokensOf } from './usage.ts';

const TOKENS = { inputTokens: 12_000, cachedInputTokens: 9_000, outputTokens: 300 };

test('tokens show the cached share of the input', () => {
  const usage = tokensOf({ ...TOKENS, costUsd: '0.5', unpricedCalls: 0 })!;
  assert.equal(describeTokens(usage), '12k / 300, 75% of the input cached');
  assert.equal(describeTokens({ ...usage, cached: 0 }), '12k / 300');
});

test('a step of unknown price counts as one call', () => {
  assert.equal(tokensOf({ ...TOKENS, costUsd: null })?.unpricedCalls, 1);
  assert.equal(tokensOf({ costUsd: null })?.unpricedCalls, 1, 'without tokens');
  assert.equal(tokensOf({ ...TOKENS, costUsd: '0.5' })?.unpricedCalls, 0);
  assert.equal(tokensOf({ inputTokens: 0, outputTokens: 0, costUsd: '0', unpricedCalls: 0 }), null);
});

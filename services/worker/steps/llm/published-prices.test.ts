/** Calls with the arithmetic of the vendors' price pages. Dollars per million tokens (M). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toUsd } from '@aio/core/run/usd';
import { readPrices } from './price-file.ts';
import { costOf } from './prices.ts';
import { anthropicEvents, openAiEvents, streamFrom } from './testing/ask-vendor.ts';

const PRICES = readPrices(null);

const CALLS: { model: string; events: object[]; arithmetic: string; usd: string }[] = [
  {
    model: 'openai/gpt-6-luna',
    events: openai(91, 30),
    arithmetic: '91 x $0.10/M + 30 x $0.50/M = $0.0000091 + $0.000015',
    usd: '0.0000241',
  },
  {
    model: 'openai/gpt-5.4-mini',
    events: openai(1_000_000, 200_000, { cached_tokens: 400_000 }),
    arithmetic:
      '600,000 x $0.75/M + 400,000 x $0.075/M + 200,000 x $4.50/M = $0.45 + $0.03 + $0.90',
    usd: '1.38',
  },
  {
    model: 'openai/gpt-5-nano',
    events: openai(1_001, 1, { cached_tokens: 1_000 }),
    arithmetic: '1 x $0.05/M + 1,000 x $0.005/M + 1 x $0.40/M',
    usd: '0.00000545',
  },
  {
    model: 'openai/gpt-5.6-sol',
    events: openai(3_207, 10, { cache_write_tokens: 3_207 }),
    arithmetic: '3,207 x $5/M (1.25 x input) + 10 x $20/M = $0.016035 + $0.0002',
    usd: '0.016235',
  },
  {
    model: 'openai/gpt-5.6-sol',
    events: openai(3_207, 10, { cached_tokens: 3_207 }),
    arithmetic: '3,207 x $0.40/M + 10 x $20/M = $0.0012828 + $0.0002',
    usd: '0.0014828',
  },
  {
    model: 'openai/gpt-6-sol',
    events: openai(272_000, 1_000),
    arithmetic: 'at the threshold: 272,000 x $2/M + 1,000 x $10/M = $0.544 + $0.01',
    usd: '0.554',
  },
  {
    model: 'openai/gpt-6-sol',
    events: openai(272_001, 1_000),
    arithmetic: 'above it, the whole call: 272,001 x $4/M + 1,000 x $15/M = $1.088004 + $0.015',
    usd: '1.103004',
  },
  {
    model: 'openai/gpt-6-sol',
    events: openai(300_000, 2_000, { cached_tokens: 250_000, cache_write_tokens: 20_000 }),
    arithmetic:
      '30,000 x $4/M + 250,000 x $0.40/M + 20,000 x $5/M + 2,000 x $15/M = $0.12 + $0.10 + $0.10 + $0.03',
    usd: '0.35',
  },
  {
    model: 'openai/gpt-6-astra',
    events: openai(1_500, 4_200, {}, 4_000),
    arithmetic: 'reasoning is output: 1,500 x $10/M + 4,200 x $50/M = $0.015 + $0.21',
    usd: '0.225',
  },
  {
    model: 'openai/gpt-6.2-sol',
    events: openai(5_000, 700, { cached_tokens: 4_000 }, 640),
    arithmetic: '1,000 x $2/M + 4,000 x $0.10/M + 700 x $10/M = $0.002 + $0.0004 + $0.007',
    usd: '0.0094',
  },
  {
    model: 'openai/gpt-5.4',
    events: openai(300_000, 10, { cached_tokens: 100_000 }),
    arithmetic: '200,000 x $5/M + 100,000 x $0.50/M + 10 x $22.50/M = $1 + $0.05 + $0.000225',
    usd: '1.050225',
  },
  {
    model: 'openai/gpt-5.1-2025-11-13',
    events: openai(333, 77, {}, 64),
    arithmetic: 'a snapshot: 333 x $1.25/M + 77 x $10/M = $0.00041625 + $0.00077',
    usd: '0.00118625',
  },
  {
    model: 'anthropic/claude-haiku-4-5-20251001',
    events: anthropic({ input: 1_000, output: 500 }),
    arithmetic: '1,000 x $1/M + 500 x $5/M',
    usd: '0.0035',
  },
  {
    model: 'anthropic/claude-sonnet-4-6',
    events: anthropic({ input: 50, write5m: 100_000, output: 503 }),
    arithmetic: '50 x $3/M + 100,000 x $3.75/M + 503 x $15/M = $0.00015 + $0.375 + $0.007545',
    usd: '0.382695',
  },
  {
    model: 'anthropic/claude-sonnet-4-6',
    events: anthropic({ input: 50, read: 100_000, output: 503 }),
    arithmetic: '50 x $3/M + 100,000 x $0.30/M + 503 x $15/M = $0.00015 + $0.03 + $0.007545',
    usd: '0.037695',
  },
  {
    model: 'anthropic/claude-opus-5',
    events: anthropic({ input: 2_048, read: 1_800, write5m: 456, write1h: 100, output: 503 }),
    arithmetic:
      '2,048 x $5/M + 1,800 x $0.50/M + 456 x $6.25/M + 100 x $10/M + 503 x $25/M = $0.01024 + $0.0009 + $0.00285 + $0.001 + $0.012575',
    usd: '0.027565',
  },
  {
    model: 'anthropic/claude-haiku-5-5',
    events: anthropic({ input: 40_000, read: 50_000, write5m: 10_000, output: 1_000 }),
    arithmetic:
      'at the threshold, cache included: 40,000 x $0.10/M + 50,000 x $0.01/M + 10,000 x $0.125/M + 1,000 x $0.50/M',
    usd: '0.00625',
  },
  {
    model: 'anthropic/claude-haiku-5-5',
    events: anthropic({ input: 40_001, read: 50_000, write5m: 10_000, output: 1_000 }),
    arithmetic:
      'one token more: 40,001 x $0.50/M + 50,000 x $0.05/M + 10,000 x $0.625/M + 1,000 x $2.50/M = $0.0200005 + $0.0025 + $0.00625 + $0.0025',
    usd: '0.0312505',
  },
  {
    model: 'anthropic/claude-haiku-5-5',
    events: anthropic({ input: 3, write1h: 120_000, output: 7, thinking: 5 }),
    arithmetic: '3 x $0.50/M + 120,000 x $1/M + 7 x $2.50/M = $0.0000015 + $0.12 + $0.0000175',
    usd: '0.120019',
  },
  {
    model: 'anthropic/claude-fable-5-1',
    events: anthropic({ input: 12, read: 999_988, output: 2_000, thinking: 1_900 }),
    arithmetic: '12 x $10/M + 999,988 x $0.25/M + 2,000 x $50/M = $0.00012 + $0.249997 + $0.10',
    usd: '0.350117',
  },
];

for (const { model, events, arithmetic, usd } of CALLS)
  test(`${model}: ${arithmetic} = $${usd}`, async () => {
    const vendor = model.startsWith('openai/') ? 'openai' : 'anthropic';
    const { usage } = await streamFrom(vendor, events);
    assert.equal(toUsd(costOf(PRICES, model, usage!)!), usd);
  });

/** As OpenAI counts: a prompt includes the tokens of `details`, a completion those of reasoning. */
function openai(prompt: number, completion: number, details: object = {}, reasoning = 0): object[] {
  return openAiEvents({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0, ...details },
    completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
  });
}

/** As Anthropic counts: the input is without the tokens of the cache. */
function anthropic(tokens: {
  input: number;
  read?: number;
  write5m?: number;
  write1h?: number;
  output: number;
  thinking?: number;
}): object[] {
  const { input, read = 0, write5m = 0, write1h = 0, output, thinking = 0 } = tokens;
  const prompt = {
    input_tokens: input,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: write5m + write1h,
  };
  const split = { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h };
  return anthropicEvents(
    { ...prompt, cache_creation: split, service_tier: 'standard', inference_geo: 'global' },
    { ...prompt, output_tokens: output, output_tokens_details: { thinking_tokens: thinking } },
  );
}
